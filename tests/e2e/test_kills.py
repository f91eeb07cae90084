"""The program is killed again and again while much waits for chats, groups, channels and webhooks."""

from pathlib import Path

from benchmarks.crash.places import Kind
from benchmarks.crash.report import rows
from benchmarks.crash.run import CrashRun, Plan


async def test_whatever_waited_when_the_program_was_killed_arrives_everywhere(tmp_path: Path) -> None:
    result = await CrashRun(Plan(kills=3, deliveries=60, destinations=20, seed=3), tmp_path).run()
    found = {row.kind: row for row in rows(result)}
    assert result.unsettled == 0
    assert sum(row.written for row in found.values()) == 60
    assert all(row.written > 0 and row.lost == 0 for row in found.values())
    assert found[Kind.CHANNEL].repeated == 0
