"""Worker processes for documents that strangers wrote: bounded in time and memory, lost without harm."""
