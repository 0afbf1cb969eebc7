"""Products by id, code, barcode and by what people type for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.folding import digits, fold_code, sound, swap_layout
from storage.models import Product
from storage.product_text import query_tokens
from storage.search import PRODUCTS, Row, having_similar_words, having_words
from storage.spelling import similarity

CANDIDATES = 120
FUZZY_CANDIDATES = 500
WHOLE_CODE = 5  # a shorter code may also be a size: M8 is asked for as both
_OFFERED = (PRODUCTS.table.c.active.is_(True),)
# Put into words once: for a row found by its key that costs as much as finding it.
_NAMED_EXACTLY = select(Product).where(Product.active.is_(True)).order_by(Product.id).limit(20)
_BY_CODE_KEY = _NAMED_EXACTLY.where(Product.code_key == bindparam("key"))
_BY_BARCODE = _NAMED_EXACTLY.where(Product.barcode == bindparam("number"))
MAX_CUTS = 16
_THAI_RUN = re.compile("[\u0e00-\u0e7f]{6,40}")


async def get(session: AsyncSession, *, product_id: int) -> Product | None:
    return await session.get(Product, product_id)


async def by_ids(session: AsyncSession, *, ids: Sequence[int]) -> list[Product]:
    """The products in the order of the ids; those that are gone are left out."""
    rows = await session.execute(select(Product).where(Product.id.in_(ids)))
    known = {product.id: product for product in rows.scalars()}
    return [known[key] for key in ids if key in known]


async def by_codes(session: AsyncSession, *, codes: Sequence[str]) -> dict[str, Product]:
    """Products by their code as written."""
    found: dict[str, Product] = {}
    for start in range(0, len(codes), 500):
        rows = await session.execute(select(Product).where(Product.code.in_(codes[start : start + 500])))
        found.update((product.code, product) for product in rows.scalars())
    return found


async def named_exactly(session: AsyncSession, *, query: str) -> list[Product]:
    """Products whose code (through look-alikes and separators) or barcode the query is."""
    key = fold_code(query)[:60]
    if not key:
        return []
    found = list((await session.execute(_BY_CODE_KEY, {"key": key})).scalars())
    if not found and len(number := digits(query)) >= 8:
        found = list((await session.execute(_BY_BARCODE, {"number": number})).scalars())
    return found


async def search(session: AsyncSession, *, query: str, limit: int, guess: bool = True) -> list[Product]:
    """Active products for what a person typed, best first.

    1. the code or barcode itself;  2. every word, in any language and order;  3. Thai words written together;  4. typing
    errors;  5. the other keyboard layouts, then as it sounds;  6. two letters of a short word swapped;  7. typing
    errors in another layout;  8. without the sizes nobody has, and words nobody uses. Without `guess` only 1 and 2.
    """
    exact = await named_exactly(session, query=query)
    if exact and len(fold_code(query)) >= WHOLE_CODE:
        return exact[:limit]
    readings = _readings(query)
    for stage in _STAGES if guess else _STAGES[:1]:
        rows, wanted = await stage(session, readings)
        if rows:
            known = {product.id for product in exact}
            ids = [key for key in _ranked(rows, wanted) if key not in known]
            return [*exact, *await by_ids(session, ids=ids[:limit])][:limit]
    return exact[:limit]


Tokens = tuple[str, ...]
Found = tuple[list[Row], Tokens]
NOTHING: Found = ([], ())


def _readings(query: str) -> list[Tokens]:
    """The question as typed, then as the same keys give it in the other layouts where that makes words at all."""
    typed, *swapped = (tuple(query_tokens(said)) for said in (query, *swap_layout(query)))
    likely = [tokens for tokens in swapped if any(len(token) >= 3 for token in tokens)]
    unstemmed = tuple(query_tokens(query, stemmed=False))
    return list(dict.fromkeys(tokens for tokens in (typed, *likely, unstemmed) if tokens))


async def _having(session: AsyncSession, tokens: Sequence[str]) -> list[Row]:
    return await having_words(session, PRODUCTS, tokens, limit=CANDIDATES, condition=_OFFERED)


async def _similar(session: AsyncSession, tokens: Sequence[str]) -> list[Row]:
    """Sizes and codes as they are, words within a typing error."""
    exact = [token for token in tokens if _has_digit(token)]
    spoken = [token for token in tokens if not _has_digit(token)]
    return await having_similar_words(
        session, PRODUCTS, spoken, exact=exact, limit=FUZZY_CANDIDATES, condition=_OFFERED
    )


async def _as_written(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    for tokens in readings[:1]:
        if rows := await _having(session, tokens):
            return rows, tokens
    return NOTHING


async def _other_layouts(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    for tokens in readings[1:]:
        if rows := await _having(session, tokens):
            return rows, tokens
    return NOTHING


async def _as_it_sounds(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    for tokens in readings[:1]:
        heard = tuple(token if _has_digit(token) else sound(token) for token in tokens)
        if heard != tokens and (rows := await _having(session, heard)):
            return rows, heard
    return NOTHING


async def _written_together(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """Thai puts no spaces: each long run is tried as two words, cut nearest its middle first."""
    for tokens in readings[:1]:
        for place, token in enumerate(tokens):
            if not _THAI_RUN.fullmatch(token):
                continue
            for cut in _cuts(token):
                parted = (*tokens[:place], token[:cut], token[cut:], *tokens[place + 1 :])
                if rows := await _having(session, parted):
                    return rows, parted
    return NOTHING


def _cuts(word: str) -> list[int]:
    """Where a word may fall in two, nearest its middle first."""
    return sorted(range(2, len(word) - 1), key=lambda cut: abs(cut - len(word) / 2))[:MAX_CUTS]


async def _mistyped(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    for tokens in readings[:1]:
        if rows := await _similar(session, tokens):
            return rows, tokens
    return NOTHING


async def _mistyped_elsewhere(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """With the endings left on, then in the other layouts."""
    for tokens in dict.fromkeys((*readings[-1:], *readings[1:])):
        if rows := await _similar(session, tokens):
            return rows, tokens
    return NOTHING


async def _swapped_letters(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """`blot`, `бтол`: too short for the typing-error stage to find a whole half of."""
    for tokens in readings[:1]:
        for place, token in enumerate(tokens):
            if not 4 <= len(token) <= 6 or not token.isalpha():
                continue
            for at in range(len(token) - 1):
                turned = token[:at] + token[at + 1] + token[at] + token[at + 2 :]
                mended = (*tokens[:place], turned, *tokens[place + 1 :])
                if turned != token and (rows := await _having(session, mended)):
                    return rows, mended
    return NOTHING


async def _relaxed(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """Nothing has all the words: the thread without the length, words without sizes, then each word alone."""
    for tokens in readings[:1]:
        spoken = [token for token in tokens if not _has_digit(token)]
        shorter = [token.partition("x")[0] if _has_digit(token) else token for token in tokens]
        tries = [shorter] if shorter != list(tokens) and all(shorter) else []
        tries += [spoken] if spoken and len(spoken) < len(tokens) else []
        tries += [[token] for token in sorted(tokens, key=len, reverse=True) if len(token) >= 3]
        for attempt in tries[:5]:
            if rows := await _having(session, attempt) or await _similar(session, attempt):
                return rows, tokens
    return NOTHING


_STAGES = (
    _as_written,
    _written_together,
    _mistyped,
    _other_layouts,
    _as_it_sounds,
    _swapped_letters,
    _mistyped_elsewhere,
    _relaxed,
)


def _ranked(rows: Sequence[Row], wanted: Sequence[str]) -> list[int]:
    """The candidates by how well each word fits; of equal ones the shorter description first."""
    scores = {row.id: (-_fit(wanted, row.key, row.text), len(row.text), row.id) for row in rows}
    return sorted(scores, key=scores.__getitem__)


def _fit(wanted: Sequence[str], code_key: str, text: str) -> float:
    total = 0.0
    for word in wanted:
        weight = 1.5 if _has_digit(word) else 1.0
        if f" {word} " in text:
            fit = 1.0
        elif f" {word}" in text:
            fit = 0.8
        elif word in text:
            fit = 0.55
        else:
            fit = 0.6 * max((_alike(word, other) for other in text.split()), default=0.0)
        total += weight * fit
    joined = fold_code("".join(wanted))
    if joined and joined in code_key:
        total += 3.0 if code_key == joined else 2.0 if code_key.startswith(joined) else 1.0
    return total


def _has_digit(token: str) -> bool:
    return any(character.isdigit() for character in token)


@lru_cache(maxsize=65_536)
def _alike(word: str, other: str) -> float:
    if len(word) < 3:
        return 0.0
    whole = similarity(word, other, at_least=0.5)
    return max(whole, 0.95 * similarity(word, other[: len(word)], at_least=0.5))
