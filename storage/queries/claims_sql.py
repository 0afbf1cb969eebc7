"""The statements of the ledger's hot path as both databases read them; claims.py gives them to the drivers.

States stand as literals: a parameter cannot use the partial indexes.
"""

from __future__ import annotations

from functools import lru_cache

PRIORITIES = (0, 5, 9)
_SQLITE_MARKS = {name: f":{name}" for name in ("channel", "owner", "token", "now", "here", "expires")} | {"lock": ""}
_POSTGRES_MARKS = {
    "channel": "$1", "owner": "$2", "token": "$3", "now": "$4::timestamptz", "here": "$5::timestamptz",
    "expires": "$6::timestamptz", "lock": "FOR UPDATE OF outbox SKIP LOCKED",
}  # fmt: skip
_DUE = """{name} AS (
    SELECT id FROM outbox
    WHERE state = 'planned' AND channel = {channel} AND priority = {priority} AND due_at <= {now}
        AND (mailing_id IS NULL OR mailing_id NOT IN (SELECT id FROM mailing WHERE state IN ('paused', 'cancelled')))
    ORDER BY due_at, id LIMIT {limit} {lock}
)"""
_EXPIRED = """expired AS (
    SELECT id FROM outbox
    WHERE state IN ('claimed', 'sending') AND lease_expires_at < {here} AND channel = {channel}
    ORDER BY lease_expires_at LIMIT {limit} {lock}
)"""
_CLAIM = """WITH {parts}
UPDATE outbox SET
    state = CASE WHEN state = 'sending' THEN 'sending' ELSE 'claimed' END,
    lease_owner = {owner}, lease_token = {token}, lease_expires_at = {expires}
WHERE {where}"""
_RANKED = "SELECT id, {rank} AS rank FROM {name}"
_CHOSEN = "SELECT id FROM ({ranked}) AS ranked ORDER BY rank LIMIT {limit}"
_COLUMNS = """id, kind, state, priority, due_at, address, payload, marketing, client_id, staff_id, mailing_id,
    message_id, provider_id, attempts, created_at"""
_CLAIMED = """
SELECT json_group_array(json_array({columns})) FROM outbox
WHERE state IN ('claimed', 'sending') AND lease_expires_at = :expires AND lease_token = :token"""
CLAIMED_SQLITE = _CLAIMED.format(columns=_COLUMNS)

# By its id only: with an index to choose, SQLite may walk every row in flight and ask the list for each.
BEGIN_SQLITE = """
UPDATE outbox NOT INDEXED SET state = 'sending', attempts = attempts + 1
WHERE id IN (SELECT value FROM json_each(:ids)) AND lease_token IN (SELECT value FROM json_each(:tokens))
    AND state IN ('claimed', 'sending')"""
_OURS = """FROM outbox NOT INDEXED
WHERE id IN (SELECT value FROM json_each(:ids)) AND lease_token IN (SELECT value FROM json_each(:tokens))
    AND state = 'sending'"""
BEGUN_SQLITE = "SELECT id " + _OURS
_OPEN_ATTEMPTS = """
INSERT INTO delivery_attempt (outbox_id, number, lease_token, started_at)
SELECT id, attempts, lease_token, :now """
OPEN_ATTEMPTS_SQLITE = _OPEN_ATTEMPTS + _OURS
BEGIN_POSTGRES = """
WITH begun AS (
    UPDATE outbox SET state = 'sending', attempts = attempts + 1
    WHERE id = ANY($1::bigint[]) AND lease_token = ANY($2::text[]) AND state IN ('claimed', 'sending')
    RETURNING id, attempts, lease_token
)
INSERT INTO delivery_attempt (outbox_id, number, lease_token, started_at)
SELECT id, attempts, lease_token, $3::timestamptz FROM begun RETURNING outbox_id"""

_ENDED = """
    state = {one}state,
    due_at = coalesce({one}due_at, outbox.due_at),
    code = coalesce({one}code, outbox.code),
    reason = {one}reason,
    phase = coalesce({one}phase, outbox.phase),
    attempts = outbox.attempts - {one}spare,
    sent_at = CASE WHEN {one}state IN ('sent', 'delivered') THEN coalesce(outbox.sent_at, {now}) ELSE outbox.sent_at END,
    settled_at = CASE WHEN {one}state = 'planned' THEN NULL ELSE {now} END,
    lease_owner = NULL, lease_token = NULL, lease_expires_at = NULL"""
_SETTLE = """{settled}
UPDATE outbox SET provider_id = coalesce(settled.provider_id, outbox.provider_id),{ended}
FROM settled
WHERE outbox.id = settled.id AND outbox.lease_token = {one}token"""
_CLOSE = """{settled}
UPDATE delivery_attempt SET
    finished_at = {now}, outcome = {one}outcome, phase = {one}phase, code = {one}code, reply = settled.reply
FROM settled
WHERE delivery_attempt.outbox_id = settled.id AND delivery_attempt.lease_token = {one}token
    AND delivery_attempt.finished_at IS NULL AND {one}outcome IS NOT NULL"""

# SQLite is given those that ended alike together: unpacking a list costs it more than writing the row. What the provider
# called and replied to each comes as an object by id, which json_each unpacks by itself; where it said nothing, only the
# ids do. MATERIALIZED keeps it from walking every row in flight and asking the list for each, and so does NOT INDEXED.
_ALIKE = (
    """WITH settled AS MATERIALIZED (SELECT CAST(key AS INTEGER) AS id, value AS {name} FROM json_each(:{name}_of))"""
)
_SETTLE_ALIKE = """
UPDATE outbox NOT INDEXED SET {ended}
WHERE id IN (SELECT value FROM json_each(:ids)) AND lease_token = :token"""
_PARAMETERS = {"one": ":", "now": ":now"}
_ENDED_SQLITE = _ENDED.format(**_PARAMETERS)
SETTLE_NAMED_SQLITE = _SETTLE.format(settled=_ALIKE.format(name="provider_id"), ended=_ENDED_SQLITE, **_PARAMETERS)
SETTLE_SQLITE = _SETTLE_ALIKE.format(ended=_ENDED_SQLITE)
CLOSE_SQLITE = _CLOSE.format(settled=_ALIKE.format(name="reply"), **_PARAMETERS)
RETURNING_ID = " RETURNING outbox.id"

_FIELDS = ("id", "token", "state", "due_at", "code", "reason", "phase", "provider_id", "spare", "outcome", "reply")
_TYPES = {"id": "bigint", "due_at": "timestamptz", "spare": "integer"}
_ARRAYS = ", ".join(f"${place}::{_TYPES.get(name, 'text')}[]" for place, name in enumerate(_FIELDS, start=1))
_ZIPPED = "WITH settled AS (SELECT * FROM unnest({arrays}) AS fields ({names}))"
_COLUMNS_OF_IT = {"one": "settled.", "now": f"${len(_FIELDS) + 1}::timestamptz"}
_SETTLED = _ZIPPED.format(arrays=_ARRAYS, names=", ".join(_FIELDS))
SETTLE_POSTGRES = (
    _SETTLE.format(settled=_SETTLED, ended=_ENDED.format(**_COLUMNS_OF_IT), **_COLUMNS_OF_IT) + " RETURNING outbox.id"
)
CLOSE_POSTGRES = _CLOSE.format(settled=_SETTLED, **_COLUMNS_OF_IT)


@lru_cache(maxsize=64)
def claim(*, postgres: bool, limit: int) -> str:
    """The one statement of a claim: expired leases, then what is due by priority."""
    marks = _POSTGRES_MARKS if postgres else _SQLITE_MARKS
    due = [_DUE.format(name=f"due_{priority}", priority=priority, limit=limit, **marks) for priority in PRIORITIES]
    parts = [_EXPIRED.format(limit=limit, **marks), *due]
    names = ("expired", *(f"due_{priority}" for priority in PRIORITIES))
    ranked = " UNION ALL ".join(_RANKED.format(rank=rank, name=name) for rank, name in enumerate(names))
    # In the text, not as parameters: PostgreSQL would plan for a tenth of the table. And ANY(ARRAY(…)) makes it walk the
    # primary key whatever it believes about the table's size.
    chosen = _CHOSEN.format(ranked=ranked, limit=limit)
    statement = _CLAIM.format(
        parts=", ".join(parts), where=("id = ANY(ARRAY({}))" if postgres else "id IN ({})").format(chosen), **marks
    )
    return f"{statement} RETURNING {_COLUMNS}" if postgres else statement
