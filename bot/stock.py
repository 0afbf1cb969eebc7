"""Stock in the chat: ask by code, name, size or barcode; see what can be promised where; share without internal figures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from bot import stock_imports
from bot.callbacks import Callback
from bot.context import BotContext
from bot.quickline import Certainty, Kind, read_line
from bot.render import Card, Html, Press, Reader, bold, join, lines, pager
from bot.routing import Router
from crm import products, stock
from crm.access import Action, allows, check
from crm.stock import StockCard
from storage.models import Draft, FormProgress, Product
from storage.queries.stock import Arrival, Shelf

router = Router()
router.include(stock_imports.router)

PAGE = 6
MOST_HITS = 48
SHOWN_QUERY = 80
_NOUN = "stock_question"
_EMPTY_LINE = Html(" ")


@dataclass(frozen=True)
class ShowProduct(Callback, prefix="sp"):
    """Opens an article's card; `hits` is the draft that remembers the question it was found by."""

    product_id: int
    hits: int = 0


@dataclass(frozen=True)
class ShareProduct(Callback, prefix="sh"):
    """The article as a text a customer may see."""

    product_id: int


@dataclass(frozen=True)
class ShowHits(Callback, prefix="sq"):
    """A page of what a question found."""

    hits: int
    page: int = 0


@router.command("stock")
async def on_stock(context: BotContext, argument: str) -> None:
    check(context.staff, Action.SEE_STOCK)
    if argument:
        await answer(context, argument)
    else:
        await context.ask("stock.ask", "query", {}, Card(context.t("stock-ask")))


@router.step("stock.ask", "query")
async def on_query(context: BotContext, _form: FormProgress) -> None:
    if not context.text:
        context.say("stock-ask")
        return
    await context.finish_form()
    await answer(context, context.text)


@router.reading
async def on_line(context: BotContext) -> bool:
    """A question about stock; a bare code that is an article's; for those who see no clients, any line at all."""
    if not context.text or not allows(context.staff, Action.SEE_STOCK):
        return False
    line = read_line(context.text, language=context.language, now=context.now, zone=context.zone)
    if line.kind is Kind.STOCK and line.certainty is Certainty.HIGH:
        if line.query:
            await answer(context, line.query)
        else:
            await on_stock(context, "")
        return True
    if not allows(context.staff, Action.SEE_CLIENTS):
        await answer(context, line.query or context.text)
        return True
    if line.kind is Kind.STOCK:
        return await _answer_when_found(context, line.query)
    if products.looks_like_barcode(line.query):  # or a phone number: nothing is guessed
        return await _answer_when_found(context, line.query, guess=False)
    return False


async def answer(context: BotContext, query: str) -> bool:
    """Shows the one article a question means, or the list to choose from; says so when nothing fits."""
    if not await _answer_when_found(context, query):
        context.say("stock-nothing", query=_short(query))
    return True


async def product_rows(context: BotContext, query: str, *, limit: int = 3) -> list[list[Press]]:
    """Buttons of the articles a plain search line names surely, for the list that shows everything found."""
    if not allows(context.staff, Action.SEE_STOCK):
        return []
    async with context.read() as session:
        found = await products.search(session, actor=context.staff, query=query, limit=limit, guess=False)
        return await _rows(context.reader(session), found, hits=0)


async def _answer_when_found(context: BotContext, query: str, *, guess: bool = True) -> bool:
    async with context.read() as session:
        found = await products.search(session, actor=context.staff, query=query, limit=MOST_HITS, guess=guess)
    if not found:
        return False
    if len(found) == 1:
        await context.show_card("product", found[0].id)
        return True
    async with context.write() as session:
        draft = Draft(
            staff_id=context.staff.id,
            noun=_NOUN,
            fields={"query": query[:200], "ids": [product.id for product in found[:MOST_HITS]]},
            created_at=context.now,
        )
        session.add(draft)
        await session.flush()
        context.show(await _hits(context.reader(session), draft, 0))
    return True


@router.press(ShowHits)
async def on_hits(context: BotContext, press: ShowHits) -> None:
    async with context.read() as session:
        draft = await session.get(Draft, press.hits)
        if draft is None or draft.noun != _NOUN or draft.staff_id != context.staff.id:
            context.toast("core-gone")
            return
        check(context.staff, Action.SEE_STOCK)
        context.show(await _hits(context.reader(session), draft, press.page))


@router.press(ShowProduct)
async def on_show(context: BotContext, press: ShowProduct) -> None:
    await context.show_card("product", press.product_id, hits=press.hits)


@router.press(ShareProduct)
async def on_share(context: BotContext, press: ShareProduct) -> None:
    async with context.read() as session:
        seen = await stock.card(session, actor=context.staff, product_id=press.product_id)
        reader = context.reader(session)
    context.send(Card(shared_text(reader, seen)))


@router.card("product")
async def product_card(reader: Reader, product_id: int, facts: dict[str, Any]) -> Card | None:
    """What can be promised per warehouse, what is coming, the price."""
    try:
        seen = await stock.card(reader.session, actor=reader.staff, product_id=product_id)
    except products.ProductNotFound:
        return None
    product = seen.product
    described = [product.code, _price(reader, product)]
    if product.barcode:
        described.append(reader.t("stock-barcode", barcode=product.barcode))
    html = lines(
        bold(products.name_in(product, reader.language)),
        join(" · ", described),
        _EMPTY_LINE,
        _promised(reader, seen),
        *_low_mark(reader, product),
        *(_shelf(reader, shelf) for shelf in seen.shelves),
        *_coming(reader, seen),
    )
    rows = [[Press(reader.t("stock-share"), ShareProduct(product_id))]]
    hits = facts.get("hits")
    if isinstance(hits, int) and hits:
        rows.append([Press(reader.t("stock-back"), ShowHits(hits))])
    return Card(html, rows, "product", product_id)


def shared_text(reader: Reader, seen: StockCard) -> Html:
    """What may be passed on to a customer: name, code, price and whether it is there; no quantities, no warehouses."""
    product = seen.product
    if seen.available > 0:
        there = reader.t("stock-share-in-stock")
    else:
        days = [arrival.expected_on for arrival in seen.arrivals if arrival.expected_on]
        there = reader.t("stock-share-on-order", day=_day(reader, days[0])) if days else reader.t("stock-share-ask")
    price = _price(reader, product) if product.price_minor is not None else ""
    return lines(products.name_in(product, reader.language), join(" · ", [product.code, price]), there)


async def _hits(reader: Reader, draft: Draft, page: int) -> Card:
    ids = [int(key) for key in draft.fields["ids"]]
    pages = -(-len(ids) // PAGE)
    page = min(max(page, 0), pages - 1)
    shown = [
        await products.get(reader.session, actor=reader.staff, product_id=key) for key in ids[page * PAGE :][:PAGE]
    ]
    key = "stock-hits" if len(ids) < MOST_HITS else "stock-hits-most"
    rows = await _rows(reader, shown, hits=draft.id)
    rows.append(pager(page, pages, lambda other: ShowHits(draft.id, other)))
    return Card(reader.t(key, count=len(ids), query=_short(str(draft.fields["query"]))), [row for row in rows if row])


async def _rows(reader: Reader, shown: list[Product], *, hits: int) -> list[list[Press]]:
    free = await stock.available(reader.session, actor=reader.staff, product_ids=[product.id for product in shown])
    return [
        [
            Press(
                f"{products.name_in(product, reader.language)[:44]} · {reader.number(free.get(product.id, 0))}",
                ShowProduct(product.id, hits),
            )
        ]
        for product in shown
    ]


def _price(reader: Reader, product: Product) -> Html:
    if product.price_minor is None or not product.currency:
        return reader.t("stock-no-price")
    return reader.t("stock-price", price=reader.money(product.price_minor, product.currency), unit=product.unit)


def _promised(reader: Reader, seen: StockCard) -> Html:
    if not any(shelf.on_hand or shelf.reserved for shelf in seen.shelves):
        return reader.t("stock-nowhere")
    key = "stock-available" if seen.available >= 0 else "stock-short"
    return reader.t(key, quantity=reader.number(seen.available), unit=seen.product.unit)


def _low_mark(reader: Reader, product: Product) -> list[Html]:
    return [] if product.low_mark is None else [reader.t("stock-low-mark", quantity=reader.number(product.low_mark))]


def _shelf(reader: Reader, shelf: Shelf) -> Html:
    key = "stock-shelf-reserved" if shelf.reserved else "stock-shelf"
    told: dict[str, object] = {"warehouse": shelf.name, "available": reader.number(shelf.available)}
    if shelf.reserved:
        told |= {"on_hand": reader.number(shelf.on_hand), "reserved": reader.number(shelf.reserved)}
    return Html(f"• {reader.t(key, **told)}")


def _coming(reader: Reader, seen: StockCard) -> list[Html]:
    if not seen.arrivals:
        return []
    return [
        _EMPTY_LINE,
        reader.t("stock-incoming"),
        *(_arrival(reader, seen, arrival) for arrival in seen.arrivals[:10]),
    ]


def _arrival(reader: Reader, seen: StockCard, arrival: Arrival) -> Html:
    told: dict[str, object] = {
        "quantity": reader.number(arrival.quantity),
        "unit": seen.product.unit,
        "warehouse": arrival.warehouse,
    }
    if arrival.expected_on is None:
        return Html(f"• {reader.t('stock-arrival-no-day', **told)}")
    return Html(f"• {reader.t('stock-arrival', day=_day(reader, arrival.expected_on), **told)}")


def _day(reader: Reader, day: date) -> str:
    """A calendar day as the language writes it, the same day whatever the reader's zone."""
    return reader.day(datetime.combine(day, time(12), tzinfo=reader.zone))


def _short(query: str) -> str:
    return query if len(query) <= SHOWN_QUERY else query[: SHOWN_QUERY - 1] + "…"
