"""What a draft may have besides its people and its text: a topic, and whether clicks and openings are counted."""

from __future__ import annotations

from bot.context import BotContext
from bot.mailings.presses import FORM, ShowMailing
from bot.mailings.result_presses import (
    ChooseOldTopic,
    ChooseTopic,
    CountClicks,
    CountOpens,
    NewTopic,
    PutTopicAway,
    SetTopic,
)
from bot.render import Card, Html, Press, Reader, lines, pager
from bot.routing import Router
from crm import consent, mailings
from crm.consent import topics
from crm.mailings import CARD, tracking
from storage.models import Channel, FormProgress, Language, Mailing, MailingState, Topic

router = Router()

PAGE = 8
_ORDER = (Language.EN, Language.RU, Language.TH)


async def options_lines(reader: Reader, mailing: Mailing) -> list[Html]:
    """What was chosen, where something was."""
    told = []
    topic = await reader.session.get(Topic, mailing.topic_id) if mailing.topic_id is not None else None
    if topic is not None:
        told.append(reader.t("results-topic", name=topic.name, title=consent.title_of(topic, reader.language)))
    if mailing.track_clicks:
        told.append(reader.t("results-counting-clicks"))
    if mailing.track_opens:
        told.append(reader.t("results-counting-opens"))
    return told


def options_row(reader: Reader, mailing: Mailing) -> list[list[Press]]:
    """A row for a draft: the topic, and what the installation lets its maker count."""
    row = [Press("🏷 " + reader.t("results-choose-topic"), ChooseTopic(mailing.id))]
    if mailing.channel is Channel.EMAIL and (reader.counted.clicks or mailing.track_clicks):
        key = "results-clicks-off" if mailing.track_clicks else "results-clicks-on"
        row.append(Press(reader.t(key), CountClicks(mailing.id, not mailing.track_clicks)))
    if mailing.channel is Channel.EMAIL and (reader.counted.opens or mailing.track_opens):
        key = "results-opens-off" if mailing.track_opens else "results-opens-on"
        row.append(Press(reader.t(key), CountOpens(mailing.id, not mailing.track_opens)))
    return [row]


@router.press(CountClicks)
async def on_clicks(context: BotContext, press: CountClicks) -> None:
    async with context.write() as session:
        await tracking.choose(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            counted=context.settings.counted,
            clicks=press.on,
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(CountOpens)
async def on_opens(context: BotContext, press: CountOpens) -> None:
    async with context.write() as session:
        await tracking.choose(
            session,
            actor=context.staff,
            mailing_id=press.mailing_id,
            counted=context.settings.counted,
            opens=press.on,
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(ChooseTopic)
async def on_choose_topic(context: BotContext, press: ChooseTopic) -> None:
    await context.leave_form(FORM)
    async with context.read() as session:
        mailing = await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
        if mailing.state is not MailingState.DRAFT:
            raise mailings.NotADraft
        found, count = await topics.page(session, actor=context.staff, limit=PAGE, offset=press.page * PAGE)
    rows = [[Press(f"🏷 {one.name}", SetTopic(mailing.id, one.id))] for one in found]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: ChooseTopic(mailing.id, page)))
    if topics.may_edit(context.staff):
        rows.append([Press("＋ " + context.t("results-new-topic"), NewTopic(mailing.id))])
        if found:
            rows.append([Press("🗑 " + context.t("results-old-topic"), ChooseOldTopic(mailing.id))])
    if mailing.topic_id is not None:
        rows.append([Press(context.t("results-no-topic"), SetTopic(mailing.id))])
    rows.append([Press(context.t("core-back"), ShowMailing(mailing.id))])
    context.show(Card(context.t("results-ask-topic", count=count), [row for row in rows if row]))


@router.press(ChooseOldTopic)
async def on_choose_old_topic(context: BotContext, press: ChooseOldTopic) -> None:
    async with context.read() as session:
        found, count = await topics.page(session, actor=context.staff, limit=PAGE, offset=press.page * PAGE)
    rows = [[Press(f"🗑 {one.name}", PutTopicAway(press.mailing_id, one.id))] for one in found]
    rows.append(pager(press.page, -(-count // PAGE), lambda page: ChooseOldTopic(press.mailing_id, page)))
    rows.append([Press(context.t("core-back"), ChooseTopic(press.mailing_id))])
    context.show(Card(context.t("results-ask-old-topic"), [row for row in rows if row]))


@router.press(PutTopicAway)
async def on_put_away(context: BotContext, press: PutTopicAway) -> None:
    async with context.write() as session:
        await topics.archive(session, actor=context.staff, topic_id=press.topic_id, now=context.now)
    await on_choose_topic(context, ChooseTopic(press.mailing_id))


@router.press(SetTopic)
async def on_set_topic(context: BotContext, press: SetTopic) -> None:
    async with context.write() as session:
        await tracking.choose_topic(
            session, actor=context.staff, mailing_id=press.mailing_id, topic_id=press.topic_id or None
        )
    await context.show_card(CARD, press.mailing_id)


@router.press(NewTopic)
async def on_new_topic(context: BotContext, press: NewTopic) -> None:
    async with context.read() as session:
        await mailings.get(session, actor=context.staff, mailing_id=press.mailing_id)
    card = Card(context.t("results-ask-topic-name"), [[Press(context.t("core-back"), ChooseTopic(press.mailing_id))]])
    await context.ask(FORM, "topic", {"mailing": press.mailing_id}, card)


@router.step(FORM, "topic")
async def on_topic_name(context: BotContext, form: FormProgress) -> None:
    """The first line is what colleagues call it; up to three more are what customers read, by language."""
    name, *told = [line.strip() for line in context.text.splitlines() if line.strip()] or [""]
    titles = dict(zip(_ORDER, told, strict=False)) or dict.fromkeys(_ORDER, name)
    mailing_id = int(form.fields["mailing"])
    async with context.write() as session:
        topic = await topics.create(session, actor=context.staff, name=name, titles=titles, now=context.now)
        await tracking.choose_topic(session, actor=context.staff, mailing_id=mailing_id, topic_id=topic.id)
    await context.finish_form()
    context.send(Card(lines(context.t("results-topic-made", name=topic.name))))
    await context.show_card(CARD, mailing_id, new=True)
