"""The words of every field by noun: beside each file of `storage/filters` stands one of the same name here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crm.segments.nouns.clients import CLIENT_WORDS
from crm.segments.nouns.contacts import CONTACT_WORDS
from crm.segments.nouns.followups import FOLLOWUP_WORDS
from crm.segments.nouns.interactions import INTERACTION_WORDS
from crm.segments.nouns.mailings import MAILING_WORDS
from crm.segments.nouns.own import OWN_WORDS
from crm.segments.nouns.purchases import PURCHASE_WORDS
from crm.segments.nouns.segments import SEGMENT_WORDS
from crm.segments.nouns.words import Said, Words, phrases

WORDS: Mapping[str, Words] = MappingProxyType(
    {
        **CLIENT_WORDS,
        **CONTACT_WORDS,
        **INTERACTION_WORDS,
        **FOLLOWUP_WORDS,
        **PURCHASE_WORDS,
        **MAILING_WORDS,
        **SEGMENT_WORDS,
        **OWN_WORDS,
    }
)

__all__ = ["WORDS", "Said", "Words", "phrases"]
