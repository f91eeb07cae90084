"""What Newsbell does with news, stage by stage.

    poll | fetch | parse | (new entries) | match | cluster | summarise | compose | outbox | deliver

Every stage decides in pure functions that take ``now``. Only ``ingest.py`` (poll to outbox, one transaction)
and ``deliver.py`` (outbox to platform) await anything. What stands left of the outbox either happened as a whole
or did not happen; what stands right of it can be repeated safely.
"""
