"""What Newsbell does with news, stage by stage.

    poll | fetch | parse | (new entries) | match | cluster | summarise | compose | outbox | deliver

Every stage decides in pure functions that take ``now``. Few modules await: ``poller.py``, ``ingest.py`` and
``announce.py`` with ``match.LiveQueries`` (a due feed to the outbox, one transaction), ``deliver.py`` and
``lane.py`` (outbox to platform), ``broadcasts.apply``. What stands left of the outbox either happened as a whole or
did not happen; what stands right of it can be repeated safely.
"""
