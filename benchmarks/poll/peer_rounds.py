"""``python peer_rounds.py FOLDER CONTROL TURNS WORKERS``: reader updates the feeds in FOLDER/urls.txt, turn by turn.

Prints CPU and wall seconds of each turn after the first, null without reader. Stands alone: it runs under an
interpreter that may know nothing of Newsbell.
"""

import importlib
import importlib.util
import json
import sys
import time
import urllib.request
from pathlib import Path


def main(folder: Path, control: str, turns: int, workers: int) -> None:
    if importlib.util.find_spec("reader") is None:
        print("null")
        return
    reader = importlib.import_module("reader").make_reader(str(folder / "reader.db"))
    for url in (folder / "urls.txt").read_text(encoding="utf-8").split():
        reader.add_feed(url)
    found = []
    for turn in range(turns + 1):
        with urllib.request.urlopen(f"{control}{turn}", timeout=60):  # noqa: S310 - our own server
            pass
        began, used = time.perf_counter(), time.process_time()
        reader.update_feeds(workers=workers, scheduled=False)
        found.append((time.process_time() - used, time.perf_counter() - began))
    assert reader.get_feed_counts(broken=True).total == 0
    print(json.dumps(found[1:]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
