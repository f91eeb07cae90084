"""One form for queries that mean the same.

A query is a boolean function of its leaves. Its Blake canonical form (the sum of all prime implicants) depends on the
function alone, and so does the dual one, a product of sums; the shorter of the two is taken. Queries with very many
alternatives keep the shape they were written in, flattened and sorted.
"""

from collections.abc import Iterable

from bot.query.nodes import And, Leaf, Node, Not, Or

MOST_LEAVES = 24
MOST_PRODUCTS = 48
"""Up to here a query is reduced to its prime implicants; both bound the time that takes."""

Literal = tuple[str, bool]
Product = frozenset[Literal]
Sum = frozenset[Product]
_ALWAYS: Sum = frozenset({frozenset()})


def normal_form(node: Node) -> Node | None:
    """Return the one tree for all queries that mean the same; None where no text at all could match."""
    flat = _flattened(node, positive=True)
    leaves = {str(leaf): leaf for leaf in leaves_of(flat)}
    if len(leaves) > MOST_LEAVES:
        return flat
    sums = _primes(_products(flat))
    factors = _primes(_products(_flattened(flat, positive=False)))
    if sums == frozenset() or factors == _ALWAYS:
        return None
    forms = []
    if sums is not None:
        forms.append((_size(sums), 0, _tree(sums, leaves, outer=Or, inner=And, positive=True)))
    if factors:
        forms.append((_size(factors), 1, _tree(factors, leaves, outer=And, inner=Or, positive=False)))
    return min(forms, key=lambda form: form[:2])[2] if forms else flat


def leaves_of(node: Node) -> Iterable[Leaf]:
    """Yield the leaves of a tree, as often as they stand in it."""
    match node:
        case Not(child=child):
            yield from leaves_of(child)
        case And(children=children) | Or(children=children):
            for child in children:
                yield from leaves_of(child)
        case _:
            yield node


def could_match_anything(node: Node) -> bool:
    """Tell whether a document without any text could match."""
    match node:
        case Not(child=child):
            return not could_match_anything(child)
        case And(children=children):
            return all(could_match_anything(child) for child in children)
        case Or(children=children):
            return any(could_match_anything(child) for child in children)
        case _:
            return False


def _flattened(node: Node, *, positive: bool) -> Node:
    """Push negations down to the leaves, join nested groups, sort."""
    match node:
        case Not(child=child):
            return _flattened(child, positive=not positive)
        case And(children=children) | Or(children=children):
            kind = And if isinstance(node, And) == positive else Or
            return joined(kind, [_flattened(child, positive=positive) for child in children])
        case _:
            return node if positive else Not(node)


def joined(kind: type[And] | type[Or], children: Iterable[Node]) -> Node:
    """Join nodes, each once, in the order of their text, what must not be there last."""
    flat = [
        inner for child in children for inner in (child.children if isinstance(child, kind) else (child,))
    ]
    unique = {str(child): child for child in flat}
    ordered = tuple(unique[text] for text in sorted(unique, key=lambda text: (text.startswith("-"), text)))
    return ordered[0] if len(ordered) == 1 else kind(ordered)


def _products(node: Node) -> Sum | None:
    """Multiply a flattened tree out; None where that would be too much."""
    match node:
        case Not(child=child):
            return frozenset({frozenset({(str(child), False)})})
        case Or(children=children):
            return _sum_of(children)
        case And(children=children):
            return _product_of(children)
        case _:
            return frozenset({frozenset({(str(node), True)})})


def _sum_of(children: Iterable[Node]) -> Sum | None:
    total: Sum = frozenset()
    for child in children:
        products = _products(child)
        if products is None or len(total) + len(products) > MOST_PRODUCTS:
            return None
        total = _absorbed(total | products)
    return total


def _product_of(children: Iterable[Node]) -> Sum | None:
    total: Sum = frozenset({frozenset()})
    for child in children:
        products = _products(child)
        if products is None or len(total) * len(products) > MOST_PRODUCTS:
            return None
        total = _absorbed({a | b for a in total for b in products if not _opposed(a, b)})
    return total


def _opposed(a: Product, b: Product) -> list[str]:
    """Return the leaves that one product wants and the other does not."""
    return [name for name, wanted in a if (name, not wanted) in b]


def _absorbed(products: Iterable[Product]) -> Sum:
    """Drop what a shorter product says already."""
    kept: list[Product] = []
    for product in sorted(set(products), key=len):
        if not any(shorter <= product for shorter in kept):
            kept.append(product)
    return frozenset(kept)


def _primes(products: Sum | None) -> Sum | None:
    """Add what two products say together (their consensus) until nothing new comes; None where it grows too far."""
    while products is not None:
        new = {
            (a | b) - {(name, True), (name, False)}
            for a in products
            for b in products
            if len(opposed := _opposed(a, b)) == 1
            for name in opposed
        }
        grown = _absorbed(products | new)
        if grown == products:
            return products
        products = grown if len(grown) <= MOST_PRODUCTS else None
    return None


def _size(products: Sum) -> int:
    return sum(len(product) for product in products)


def _tree(
    products: Sum,
    leaves: dict[str, Leaf],
    *,
    outer: type[And] | type[Or],
    inner: type[And] | type[Or],
    positive: bool,
) -> Node:
    parts = [
        joined(inner, [leaves[name] if wanted == positive else Not(leaves[name]) for name, wanted in product])
        for product in products
    ]
    return joined(outer, parts)
