"""What is wrong with a query, where, and what to write instead."""


class QueryError(ValueError):
    """A query that cannot be used.

    ``position`` is a code point offset into the text as given, ``expected`` says what would have been right there,
    ``suggestion`` is a text that would work, where there is an obvious one. ``str()`` is one sentence for a person.
    """

    def __init__(self, problem: str, *, position: int, expected: str, suggestion: str | None = None) -> None:
        advice = f"; try {suggestion}" if suggestion else ""
        super().__init__(f"{problem} at position {position + 1}: expected {expected}{advice}.")
        self.problem = problem
        self.position = position
        self.expected = expected
        self.suggestion = suggestion
