"""Products by id, code, barcode and by what people type for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.distance import OSA
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from storage.folding import digits, fold_code, swap_layout
from storage.models import Product
from storage.product_text import query_tokens
from storage.search import PRODUCTS, Hit, find

CANDIDATES = 60
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


async def named_exactly(session: AsyncSession, *, query: str) -> list[int]:
    """Products whose code (through look-alikes and separators) or barcode the query is."""
    key = fold_code(query)[:60]
    if not key:
        return []
    rows = await session.execute(
        select(Product.id).where(Product.code_key == key, Product.active.is_(True)).order_by(Product.id).limit(20)
    )
    found = list(rows.scalars())
    if not found and len(number := digits(query)) >= 8:
        rows = await session.execute(
            select(Product.id).where(Product.barcode == number, Product.active.is_(True)).order_by(Product.id).limit(20)
        )
        found = list(rows.scalars())
    return found


async def search(session: AsyncSession, *, query: str, limit: int, guess: bool = True) -> list[int]:
    """Ids of active products for what a person typed, best first.

    1. the code or barcode itself;  2. every word, in any language and order;  3. the other keyboard layouts;
    4. Thai words written together;  5. two letters of a short word swapped;  6. typing errors;  7. without the sizes
    nobody has, and words nobody uses.
    """
    exact = await named_exactly(session, query=query)
    readings = _readings(query)
    if not guess:
        readings = readings[:1]
    for stage in _STAGES if guess else _STAGES[:1]:
        hits, wanted = await stage(session, readings)
        if hits:
            ranked = await _ranked(session, hits, wanted)
            return list(dict.fromkeys([*exact, *ranked]))[:limit]
    return exact[:limit]


Tokens = tuple[str, ...]
Found = tuple[list[Hit], Tokens]
NOTHING: Found = ([], ())


def _readings(query: str) -> list[Tokens]:
    """The question as typed, then as the same keys give it in the other layouts where that makes words at all."""
    typed, *swapped = (tuple(query_tokens(said)) for said in (query, *swap_layout(query)))
    likely = [tokens for tokens in swapped if any(len(token) >= 3 for token in tokens)]
    unstemmed = tuple(query_tokens(query, stemmed=False))
    return list(dict.fromkeys(tokens for tokens in (typed, *likely, unstemmed) if tokens))


async def _find(session: AsyncSession, tokens: Sequence[str], *, typing_errors: bool = False) -> list[Hit]:
    return await find(
        session,
        PRODUCTS,
        " ".join(tokens),
        limit=CANDIDATES,
        condition=[PRODUCTS.table.c.active.is_(True)],
        layouts=False,
        typing_errors=typing_errors,
    )


async def _as_written(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    for tokens in readings:
        if hits := await _find(session, tokens):
            return hits, tokens
    return NOTHING


async def _written_together(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """Thai puts no spaces: each long run is tried as two words, cut nearest its middle first."""
    for tokens in readings[:1]:
        for place, token in enumerate(tokens):
            if not _THAI_RUN.fullmatch(token):
                continue
            for cut in _cuts(token):
                parted = (*tokens[:place], token[:cut], token[cut:], *tokens[place + 1 :])
                if hits := await _find(session, parted):
                    return hits, parted
    return NOTHING


def _cuts(word: str) -> list[int]:
    """Where a word may fall in two, nearest its middle first."""
    return sorted(range(2, len(word) - 1), key=lambda cut: abs(cut - len(word) / 2))[:MAX_CUTS]


async def _swapped_letters(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """`blot`, `бтол`: too short for the typing-error stage to find a whole half of."""
    for tokens in readings[:1]:
        for place, token in enumerate(tokens):
            if not 4 <= len(token) <= 6 or not token.isalpha():
                continue
            for at in range(len(token) - 1):
                turned = token[:at] + token[at + 1] + token[at] + token[at + 2 :]
                mended = (*tokens[:place], turned, *tokens[place + 1 :])
                if turned != token and (hits := await _find(session, mended)):
                    return hits, mended
    return NOTHING


async def _mistyped(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """The reading whose best row is surest; the one as typed when they are close."""
    best, wanted = NOTHING
    for number, tokens in enumerate(readings):
        hits = await _find(session, tokens, typing_errors=True)
        if hits and (not best or hits[0].score > best[0].score + (5 if number else 0)):
            best, wanted = hits, tokens
    return best, wanted


async def _relaxed(session: AsyncSession, readings: Sequence[Tokens]) -> Found:
    """Nothing has all the words: words without sizes, then each word alone, the longest first."""
    for tokens in readings[:1]:
        spoken = [token for token in tokens if not any(character.isdigit() for character in token)]
        tries = [spoken] if spoken and len(spoken) < len(tokens) else []
        tries += [[token] for token in sorted(tokens, key=len, reverse=True) if len(token) >= 3]
        for attempt in tries[:5]:
            if hits := await _find(session, attempt, typing_errors=True):
                return hits, tokens
    return NOTHING


_STAGES = (_as_written, _written_together, _swapped_letters, _mistyped, _relaxed)


async def _ranked(session: AsyncSession, hits: Sequence[Hit], wanted: Sequence[str]) -> list[int]:
    """The candidates by how well each word fits; equal ones keep the search's own order, shorter descriptions first."""
    if not hits:
        return []
    rows = await session.execute(
        select(Product.id, Product.code_key, Product.search_text).where(Product.id.in_([hit.id for hit in hits]))
    )
    scores = {key: (_fit(wanted, code_key, text), -len(text)) for key, code_key, text in rows}
    return sorted(scores, key=lambda key: (-scores[key][0], -scores[key][1], key))


def _fit(wanted: Sequence[str], code_key: str, text: str) -> float:
    there = text.split()
    total = 0.0
    for word in wanted:
        weight = 1.5 if any(character.isdigit() for character in word) else 1.0
        if f" {word} " in text:
            fit = 1.0
        elif f" {word}" in text:
            fit = 0.8
        elif word in text:
            fit = 0.55
        else:
            fit = 0.6 * max((_alike(word, other) for other in there), default=0.0)
        total += weight * fit
    joined = fold_code("".join(wanted))
    if joined and joined in code_key:
        total += 3.0 if code_key == joined else 2.0 if code_key.startswith(joined) else 1.0
    return total


def _alike(word: str, other: str) -> float:
    if len(word) < 3:
        return 0.0
    whole = OSA.normalized_similarity(word, other, score_cutoff=0.5)
    return float(max(whole, 0.95 * OSA.normalized_similarity(word, other[: len(word)], score_cutoff=0.5)))
