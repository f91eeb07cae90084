from datetime import timedelta
from pathlib import Path

import aiohttp
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from bot.adapters.web.metrics import Metrics
from bot.model.address import Platform
from bot.model.poll import PollOutcome
from bot.ports import Observer
from tests.adapters.web.conftest import Serve
from tests.unit.chat.world import World, entry

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def samples(text: str) -> Samples:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(metrics: Metrics) -> Samples:
    return samples(metrics.exposition().decode())


def test_metrics_observe_the_pipeline() -> None:
    metrics = Metrics()
    observer: Observer = metrics
    observer.polled(PollOutcome.NEW, 0.2)
    observer.polled(PollOutcome.NEW, 0.4)
    observer.polled(PollOutcome.FAILED, 3)
    observer.entries(5)
    observer.alerted(2)
    observer.watched(7, 1)
    observer.delivered(Platform.TELEGRAM, "sent")
    observer.delivered(Platform.DISCORD, "retry")
    found = read(metrics)
    assert found["newsbell_polls_total", (("outcome", "new"),)] == 2
    assert found["newsbell_polls_total", (("outcome", "failed"),)] == 1
    assert found["newsbell_polls_total", (("outcome", "gone"),)] == 0
    assert found["newsbell_poll_seconds_count", ()] == 3
    assert found["newsbell_entries_total", ()] == 5
    assert found["newsbell_alerts_total", ()] == 2
    assert found["newsbell_patterns_tried_on_every_entry", ()] == 7
    assert found["newsbell_queries_waiting", ()] == 1
    assert found["newsbell_deliveries_total", (("outcome", "sent"), ("platform", "telegram"))] == 1
    assert found["newsbell_deliveries_total", (("outcome", "retry"), ("platform", "discord"))] == 1


def test_latencies_are_histograms_and_the_future_counts_as_no_delay() -> None:
    metrics = Metrics()
    metrics.latency(timedelta(seconds=90), timedelta(seconds=1.5))
    metrics.latency(None, timedelta(seconds=-4))
    metrics.latency(timedelta(days=-1), None)
    found = read(metrics)
    assert found["newsbell_published_to_seen_seconds_count", ()] == 2
    assert found["newsbell_published_to_seen_seconds_sum", ()] == 90
    assert found["newsbell_published_to_seen_seconds_bucket", (("le", "120.0"),)] == 2
    assert found["newsbell_published_to_seen_seconds_bucket", (("le", "60.0"),)] == 1
    assert found["newsbell_seen_to_sent_seconds_sum", ()] == 1.5


def test_every_name_begins_with_newsbell_and_nothing_is_global() -> None:
    Metrics()
    text = Metrics().exposition().decode()
    assert {family.name.split("_")[0] for family in text_string_to_metric_families(text)} == {"newsbell"}
    assert not any(family.name.startswith("newsbell") for family in REGISTRY.collect())


async def test_the_gauges_come_from_the_store(
    world: World, serve: Serve, client: aiohttp.ClientSession
) -> None:
    made = await world.subscribed("Takaichi")
    await world.feed("https://a.example/feed", entry("Takaichi speaks"), alert_for=[made])
    await world.feed("https://b.example/feed", failure="The server answered 503.")
    world.clock.moment += timedelta(minutes=5)
    server = await serve()
    async with client.get(f"{server.url}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        found = samples(await answer.text())
    assert found["newsbell_database_up", ()] == 1
    assert found["newsbell_feeds", ()] == 2
    assert found["newsbell_feeds_failing", ()] == 1
    assert found["newsbell_queries", ()] == 1
    assert found["newsbell_subscriptions", ()] == 1
    assert found["newsbell_outbox_depth", ()] == 1
    assert found["newsbell_outbox_deliveries", (("status", "pending"),)] == 1
    assert found["newsbell_outbox_deliveries", (("status", "dead"),)] == 0
    assert found["newsbell_outbox_waiting", (("platform", "telegram"),)] == 1
    assert found["newsbell_outbox_oldest_due_seconds", ()] == 300


def test_the_documentation_names_every_metric() -> None:
    documented = (Path(__file__).resolve().parents[3] / "docs" / "web.md").read_text(encoding="utf-8")
    families = text_string_to_metric_families(Metrics().exposition().decode())
    names = {f"{each.name}_total" if each.type == "counter" else each.name for each in families}
    shown = {name for name in names if not name.endswith("_created")}
    assert [name for name in sorted(shown) if f"`{name}`" not in documented] == []
