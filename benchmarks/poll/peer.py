"""``python peer.py FOLDER COUNT``: reader updates one feed from 0.xml, 1.xml, …; prints ms of CPU a poll, null without reader.

Stands alone: it runs under an interpreter that may know nothing of Newsbell.
"""

import importlib
import importlib.util
import json
import shutil
import sys
import time
from pathlib import Path


def main(folder: Path, count: int) -> None:
    if importlib.util.find_spec("reader") is None:
        print("null")
        return
    reader = importlib.import_module("reader").make_reader(":memory:", feed_root=str(folder))
    reader.add_feed("feed.xml")
    took = 0.0
    for turn in range(count):
        shutil.copy(folder / f"{turn}.xml", folder / "feed.xml")
        began = time.process_time()
        reader.update_feed("feed.xml")
        took += (time.process_time() - began) if turn else 0.0
    newest = next(iter(reader.get_entries()))
    assert newest.title
    print(json.dumps(took * 1000 / (count - 1)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
