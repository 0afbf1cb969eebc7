"""What people do in a round: a mailing, calls logged, mail and SMS from customers, somebody who leaves, somebody new."""

from __future__ import annotations

import asyncio
from string import ascii_lowercase

from sqlalchemy import select

from crm import clients, consent
from crm.clients import ClientDraft
from sandbox.telegram_people import say, tap
from storage.models import Channel, Client, Staff
from tests.soak.scene import CLIENTS, MANAGER, Scene

CARD_S = 180.0  # within a kill, a pause Telegram asks for, and a lease


async def a_round_of_work(scene: Scene, number: int) -> None:
    await _mailing(scene, number)
    await _customers(scene, number)
    scene.at_work.append(asyncio.create_task(_call_logged(scene, f"soaked{number}x")))
    await _newcomer(scene, number)
    # Between a trouble's moves of the clock, so that "a second later" is a second.
    await asyncio.sleep(1 + 2 * scene.dice.random())
    await _leaves(scene)
    scene.asked.set()


async def _mailing(scene: Scene, number: int) -> None:
    by_text = number % 3 == 2
    channel, rule = (Channel.SMS, "has phone") if by_text else (Channel.EMAIL, "has email")
    text = f"Hello {{name}}, news {number} from {{city|us}}."
    mailing = await scene.rig.company.mailing(channel, rule=rule, text=text, name=f"news {number}")
    scene.mailings[mailing] = number
    scene.counted["mailings"] += 1


async def _customers(scene: Scene, number: int) -> None:
    subject, body = f"Question {number} of many", f"Is order {number} ready?"
    await scene.control.post("people/anna/mailbox/send", {"subject": subject, "text": "Could you tell me more?"})
    scene.letters.add(subject)
    await scene.control.post("people/ivan/phone/text", {"text": body})
    scene.texts.add(body)


async def _call_logged(scene: Scene, word: str) -> None:
    """A line, and one press on its card as soon as it comes, however long that takes."""
    bot, rep = scene.rig.sandbox.bot, scene.rig.sandbox.world.person("rep")
    await say(bot, rep, {"text": f"call Anna Schmidt {word}"})
    scene.lines.add(word)
    try:
        async with asyncio.timeout(CARD_S):
            while True:
                shown = [one for one in bot.chat_of(rep).messages.values() if one.from_bot and word in one.body.text]
                if any(one.keyboard for one in shown):
                    break
                await asyncio.sleep(0.2)
    except TimeoutError:
        scene.wrong.append(f"no card for {word} within {CARD_S:.0f} s")
        return
    await tap(bot, rep, button="Save", message_id=shown[-1].message_id)


async def _newcomer(scene: Scene, number: int) -> None:
    now = scene.rig.sandbox.clock.now()
    # Names unlike one another: of a name that looks like another's the product asks first.
    name = "".join(scene.dice.choices(ascii_lowercase, k=12)).title()
    draft = ClientDraft(name=name, emails=(f"newcomer{number}@example.org",), timezone="Asia/Bangkok")
    async with scene.rig.company.database.write() as session:
        manager = await session.get_one(Staff, MANAGER)
        made = await clients.create(session, actor=manager, draft=draft, now=now)
        scene.newcomers.add(made.id)


async def _leaves(scene: Scene) -> None:
    """One of the clients tells a colleague that they want no more mail."""
    staying = [number for number in await _numbers(scene) if number not in scene.left]
    if len(staying) < CLIENTS // 2:
        return  # the others are left for the mailings to come
    leaver = scene.dice.choice(staying)
    async with scene.rig.company.database.write() as session:
        now = scene.rig.sandbox.clock.now()
        await consent.withdraw(session, client_id=leaver, channels=[Channel.EMAIL], how="phone", now=now)
    scene.left[leaver] = scene.rig.sandbox.clock.now()


async def _numbers(scene: Scene) -> list[int]:
    async with scene.rig.company.database.read() as session:
        query = select(Client.id).where(Client.name.like("Client %")).order_by(Client.id)
        return list((await session.execute(query)).scalars())
