"""Calls over the company's number: put through, set up for a colleague, and on the timeline by themselves.

`placing` are the verbs of colleagues, `routing` says whom an incoming call rings, `progress` takes Twilio's news in.
"""

from crm.calls.placing import (
    CallsOff,
    CallTerms,
    NoNumber,
    NoOwnPhone,
    OnTheLine,
    composer,
    customer_of,
    give_up,
    note,
    place,
    readable,
    stuck,
)
from crm.calls.progress import BRIDGED, CARD, Door, take
from crm.calls.routing import Route, route

__all__ = [
    "BRIDGED",
    "CARD",
    "CallTerms",
    "CallsOff",
    "Door",
    "NoNumber",
    "NoOwnPhone",
    "OnTheLine",
    "Route",
    "composer",
    "customer_of",
    "give_up",
    "note",
    "place",
    "readable",
    "route",
    "stuck",
    "take",
]
