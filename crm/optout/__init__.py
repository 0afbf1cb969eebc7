"""STOP, START and HELP as people write them, in three languages: one word or a sentence.

A message is read clause by clause. A clear ask to get no more messages is obeyed at once; a word that may mean
something else ("cancel", "стоп", "не надо") counts when nothing else is said, and is a person's question when something
is; what merely holds such a word ("please stop by tomorrow", "cancel my order", "ยกเลิกออเดอร์") is none.
"""

from crm.optout.reading import Wish, means_start, means_stop, read

__all__ = ["Wish", "means_start", "means_stop", "read"]
