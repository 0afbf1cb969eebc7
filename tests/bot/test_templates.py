"""Templates in the chat: written step by step, every language its own version, seen with a real client's values."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.render import TEXT_LIMIT, length, translate
from crm import templates
from crm.merge_fields import UnknownField
from storage.models import Channel, Language, Role, Template, TemplateVersion
from tests.bot.conftest import BotTalk, Shown
from tests.factories import make_client, make_staff

HOSTILE = "<b>&amp;</b> \u202e" + "Ж" * 80


async def _begun(talk: BotTalk, name: str = "News") -> Shown:
    """The card that asks for the channel."""
    (listed,) = await talk.says("/templates")
    await talk.taps("＋ New template", on=listed)
    (asked,) = await talk.says(name)
    return asked


async def _sms(talk: BotTalk, name: str, text: str) -> Shown:
    asked = await _begun(talk, name)
    (language,) = await talk.taps("📱 SMS", on=asked)
    await talk.taps("＋ English", on=language)
    (card,) = await talk.says(text)
    return card


async def test_an_email_template_is_written_in_two_languages(talk: BotTalk) -> None:
    asked = await _begun(talk)
    (language,) = await talk.taps("✉️ Email", on=asked)
    (subject,) = await talk.taps("＋ English", on=language)
    assert "The subject, in English" in subject.html
    assert "<code>{company|your company}</code>" in subject.html
    (text,) = await talk.says("Hello {name}")
    assert "The text, in English" in text.html
    (card,) = await talk.says("Dear {name},\nnew prices for {company|you} <soon> & more")
    assert "<b>English</b> · version 1" in card.html
    assert "&lt;soon&gt; &amp; more" in card.html
    await talk.taps("＋ Russian", on=card)
    await talk.says("Привет")
    (card,) = await talk.says("Здравствуйте, {name}")
    await talk.taps("✏️ English", on=card)
    await talk.says("Hello again")
    (card,) = await talk.says("Second thoughts")
    assert "<b>English</b> · version 2" in card.html
    assert "<b>Russian</b> · version 1" in card.html
    async with talk.database.read() as session:
        rows = (await session.execute(select(TemplateVersion))).scalars().all()
    assert {(row.language, row.number) for row in rows} == {
        (Language.EN, 1),
        (Language.RU, 1),
        (Language.EN, 2),
    }


async def test_what_is_wrong_in_a_text_is_said_and_the_form_waits(talk: BotTalk) -> None:
    asked = await _begun(talk)
    (language,) = await talk.taps("📱 SMS", on=asked)
    await talk.taps("＋ Thai", on=language)
    (refused,) = await talk.says("Hello {password}")
    assert "no field {password}" in refused.html
    assert "{name}, {company}" in refused.html
    (refused,) = await talk.says("Hello {{name}")
    assert "no other half" in refused.html
    (refused,) = await talk.says("x" * (templates.SMS_LIMIT + 1))
    assert f"at most {templates.SMS_LIMIT}" in refused.html.replace(",", "")
    (card,) = await talk.says("Hello {name}")
    assert "<b>Thai</b> · version 1" in card.html


async def test_a_name_is_taken_once(talk: BotTalk) -> None:
    await _sms(talk, "News", "Hello")
    asked = await _begun(talk, "News")
    assert await talk.taps("📱 SMS", on=asked) == []
    assert "called “News”" in talk.toast()
    (asked,) = await talk.says("Other news")
    assert await talk.taps("📱 SMS", on=asked)


async def test_the_preview_pages_through_ones_own_clients(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        other = await make_staff(session, Role.REP)
        await make_client(session, "Anna <Bee>", owner=talk.staff, company="Bee & Co")
        await make_client(session, "Boris", owner=talk.staff)
        await make_client(session, "Theirs", owner=other)
    card = await _sms(talk, "News", "Hello {name} of {company}")
    (seen,) = await talk.taps("👁 Preview", on=card)
    assert "Hello Anna &lt;Bee&gt; of Bee &amp; Co" in seen.html
    (seen,) = await talk.taps("›", on=seen)
    assert "Hello Boris of" in seen.html
    assert "without words to stand in: {company}" in seen.html
    assert not any(button["text"] == "›" for button in seen.buttons)


async def test_a_template_is_put_away(talk: BotTalk) -> None:
    card = await _sms(talk, "News", "Hello")
    (sure,) = await talk.taps("Archive", on=card)
    (gone,) = await talk.taps("Yes", on=sure)
    assert "“News” is archived" in gone.html
    (listed,) = await talk.taps("‹ Templates", on=gone)
    assert "No templates yet" in listed.html
    async with talk.database.read() as session:
        assert (await session.execute(select(Template.archived_at))).scalar_one() is not None


async def test_only_channels_that_are_on_are_offered(talk: BotTalk) -> None:
    dispatcher = talk.application.dispatcher
    dispatcher.settings = replace(dispatcher.settings, sms_on=False)
    asked = await _begun(talk)
    assert [button["text"] for button in asked.buttons] == ["✉️ Email"]


async def test_leaving_the_form_gives_the_line_back(talk: BotTalk) -> None:
    (listed,) = await talk.says("/templates")
    (asked,) = await talk.taps("＋ New template", on=listed)
    await talk.taps("‹ Templates", on=asked)
    (answer,) = await talk.says("stock m8")
    assert "by email or by SMS" not in answer.html


async def test_hostile_names_and_long_texts_fit_in_every_language(talk: BotTalk) -> None:
    async with talk.database.write() as session:
        await make_client(session, HOSTILE, owner=talk.staff, company=HOSTILE)
        template = await templates.create(
            session, actor=talk.staff, name=HOSTILE, channel=Channel.EMAIL, now=talk.clock.now()
        )
        for language in Language:
            await templates.write_version(
                session,
                actor=talk.staff,
                template_id=template.id,
                language=language,
                subject="<&>" * 90,
                text="{company}<i>" * 300,
                now=talk.clock.now(),
            )
    for language in Language:
        async with talk.database.write() as session:
            staff = await session.merge(talk.staff)
            staff.language = language
        (listed,) = await talk.says("/templates")
        (card,) = await talk.presses(f"pt:{template.id}", message_id=7)
        (seen,) = await talk.presses(f"pp:{template.id}:0", message_id=7)
        (sure,) = await talk.presses(f"px:{template.id}", message_id=7)
        for shown in (listed, card, seen, sure):
            assert length(shown.html) <= TEXT_LIMIT
            assert "<i>" not in shown.html
            assert "\u202e" not in shown.html
            assert all(len(button["callback_data"].encode()) <= 64 for button in shown.buttons)
        assert card.html.count("<blockquote expandable>") == card.html.count("</blockquote>") == 3


DESIGN = """<mjml><mj-body><mj-section><mj-column>
<mj-text>Dear {name|friend},<br>new prices</mj-text>
<mj-button href="https://shop.test/{city}">See them</mj-button>
</mj-column></mj-section></mj-body></mjml>
"""


async def _file(talk: BotTalk, content: bytes, name: str) -> list[Shown]:
    talk.recorder.files["d1"] = content
    document = {"file_id": "d1", "file_unique_id": "d1", "file_name": name, "file_size": len(content)}
    return await talk.says(document=document)


async def _asked_for_text(talk: BotTalk) -> Shown:
    asked = await _begun(talk)
    (language,) = await talk.taps("✉️ Email", on=asked)
    await talk.taps("＋ English", on=language)
    (text,) = await talk.says("Prices")
    return text


async def test_a_design_is_sent_as_a_file_and_shown_as_its_text(talk: BotTalk) -> None:
    assert ".mjml or .html" in (await _asked_for_text(talk)).html
    (card,) = await _file(talk, DESIGN.encode(), "News.MJML")
    assert "a designed mail" in card.html
    assert "Dear {name|friend},\nnew prices" in card.html
    assert "See them &lt;https://shop.test/{city}&gt;" in card.html
    async with talk.database.read() as session:
        version = (await session.execute(select(TemplateVersion))).scalar_one()
    assert version.mjml == DESIGN
    assert version.html is not None
    assert "<mj-" not in version.html


async def test_a_design_can_be_pasted(talk: BotTalk) -> None:
    await _asked_for_text(talk)
    (card,) = await talk.says("<!DOCTYPE html><style>p{color:red}</style><p>Hello {name}</p>")
    assert "a designed mail" in card.html
    async with talk.database.read() as session:
        version = (await session.execute(select(TemplateVersion))).scalar_one()
    assert version.html is not None
    assert 'style="color:red' in version.html.replace(": ", ":")


async def test_what_is_wrong_in_a_design_is_said_with_its_line_and_the_form_waits(talk: BotTalk) -> None:
    await _asked_for_text(talk)
    (refused,) = await _file(talk, DESIGN.replace("mj-button", "mj-bottom").encode(), "news.mjml")
    assert "Line 3: I know no MJML tag &lt;mj-bottom&gt;" in refused.html
    (refused,) = await _file(talk, b"%PDF", "news.pdf")
    assert "I take .mjml and .html files" in refused.html
    (refused,) = await _file(talk, "Цены".encode("cp1251"), "news.html")
    assert "in UTF-8" in refused.html
    (refused,) = await _file(talk, b"<p>x</p>" * 110_000, "news.html")
    assert "larger than 200 kB" in refused.html
    (card,) = await _file(talk, b"\xef\xbb\xbf<p>Hello {name}</p>", "news.htm")
    assert "<b>English</b> · version 1" in card.html


async def test_an_sms_has_no_design(talk: BotTalk) -> None:
    asked = await _begun(talk)
    (language,) = await talk.taps("📱 SMS", on=asked)
    await talk.taps("＋ English", on=language)
    (refused,) = await _file(talk, DESIGN.encode(), "news.mjml")
    assert "by email only" in refused.html


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.EN, "Did you mean {name}?"),
        (Language.RU, "Может быть, {name}?"),
        (Language.TH, "หมายถึง {name} หรือเปล่า"),
    ],
)
def test_a_mistyped_field_is_answered_with_the_one_that_was_meant(language: Language, said: str) -> None:
    meant, unlike = UnknownField("nmae"), UnknownField("client")
    assert said in translate(language, meant.key, **meant.params)
    assert "{name}" in translate(language, unlike.key, **unlike.params)
    assert said not in translate(language, unlike.key, **unlike.params)
