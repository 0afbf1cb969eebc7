"""The demo company's clients, drawn from the lists of names; a few are written by hand because examples speak of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from sandbox.company import names
from sandbox.company.names import City
from storage.folding import transliterate
from storage.models import Language, Lifecycle

COUNTS = {Language.EN: 112, Language.RU: 106, Language.TH: 96}


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody else who works at a client."""

    name: str
    position: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """One client before it is a row. `owner` is a colleague's key, `key` names the featured ones for the people's page."""

    name: str
    company: str
    language: Language
    city: City
    email: str | None
    phone: str | None
    owner: str | None
    lifecycle: Lifecycle
    source: str
    reason: str
    tags: tuple[str, ...]
    contacts: tuple[Contact, ...]
    legal_names: tuple[str, ...]
    key: str = ""
    second_phone: str | None = None


@dataclass(frozen=True, slots=True)
class _Written:
    key: str
    name: str
    company: str
    language: Language
    city: str
    email: str
    owner: str
    lifecycle: Lifecycle
    tags: tuple[str, ...]


_EN, _RU, _TH = Language.EN, Language.RU, Language.TH
_CUSTOMER, _LEAD, _DORMANT = Lifecycle.CUSTOMER, Lifecycle.LEAD, Lifecycle.DORMANT

# Two Ivanovs: "call Ivanov" must be answered with a question.
_WRITTEN = (
    _Written("anna", "Anna Schmidt", "Baltic Tools", _EN, "Riga", "anna.schmidt@baltic-tools.example", "rep", _CUSTOMER, ("vip", "wholesale")),
    _Written("john", "John Miller", "Miller Roofing", _EN, "London", "john@miller-roofing.example", "rep", _CUSTOMER, ("installer",)),
    _Written("erik", "Erik Lund", "Lund Marine", _EN, "Helsinki", "erik.lund@lund-marine.example", "rep", _LEAD, ()),
    _Written("grace", "Grace Parker", "Chao Phraya Interiors", _EN, "Bangkok", "grace@cp-interiors.example", "rep", _CUSTOMER, ("retail",)),
    _Written("katrin", "Katrin Vogel", "Vogel Metallbau", _EN, "Berlin", "k.vogel@vogel-metallbau.example", "rep", _DORMANT, ("wholesale",)),
    _Written("ivanov-i", "Иван Иванов", "Нева Строй", _RU, "Санкт-Петербург", "ivan@neva-stroy.example", "rep", _CUSTOMER, ("опт",)),
    _Written("ivanov-l", "Илья Иванов", "Волга Крепёж", _RU, "Казань", "ilya@volga-krepezh.example", "rep", _CUSTOMER, ("монтаж",)),
    _Written("zhukova", "Елизавета Жукова", "СтройДом Плюс", _RU, "Москва", "zhukova@stroydom-plus.example", "rep2", _CUSTOMER, ("vip", "опт")),
    _Written("rustam", "Рустам Ахметов", "Казань Монтаж", _RU, "Казань", "rustam@kazan-montazh.example", "rep2", _LEAD, ("монтаж",)),
    _Written("somchai", "สมชาย แซ่ตั้ง", "สยามโบลท์แอนด์นัท", _TH, "กรุงเทพ", "somchai@siam-bolt.example", "rep", _CUSTOMER, ("vip", "ขายส่ง")),
    _Written("malee", "มาลัย พึ่งบุญ", "เชียงใหม่วัสดุภัณฑ์", _TH, "เชียงใหม่", "malai@chiangmai-wasadu.example", "rep", _CUSTOMER, ("ร้านค้า",)),
    _Written("anucha", "อนุชา คงมั่น", "ภูเก็ตประปา", _TH, "ภูเก็ต", "anucha@phuket-prapa.example", "rep", _LEAD, ()),
    _Written("wipa", "วิภา ศรีนวล", "ขอนแก่นฮาร์ดแวร์", _TH, "ขอนแก่น", "wipa@khonkaen-hw.example", "rep", _CUSTOMER, ("ขายส่ง",)),
    _Written("naree", "นารี โชคดี", "ชลบุรีสตีล", _TH, "ชลบุรี", "naree@chonburi-steel.example", "rep2", _DORMANT, ()),
)  # fmt: skip

_CITIES = {city.name: city for city in (*names.EUROPEAN_CITIES, *names.RUSSIAN_CITIES, *names.THAI_CITIES)}
_LANGUAGE_CITIES = {_EN: names.EUROPEAN_CITIES, _RU: names.RUSSIAN_CITIES, _TH: names.THAI_CITIES}
_LANGUAGE_FIRMS = {_EN: names.EUROPEAN_FIRMS, _RU: names.RUSSIAN_FIRMS, _TH: names.THAI_FIRMS}
_LANGUAGE_TAGS = {_EN: names.TAGS[:4], _RU: ("vip", *names.TAGS[4:6]), _TH: ("vip", *names.TAGS[6:])}


def sketch_clients(random: Random) -> list[Sketch]:
    """More than 300 clients: the written ones first, then drawn ones, the languages mixed."""
    phones = _phones()
    written = [_from_written(one, phones, random) for one in _WRITTEN]
    domains = {sketch.email.partition("@")[2] for sketch in written if sketch.email}
    firms = {language: _firms(language, random) for language in COUNTS}
    drawn = [
        _draw(language, firms[language], phones, domains, random)
        for language, count in COUNTS.items()
        for _ in range(count)
    ]
    random.shuffle(drawn)
    return written + drawn


def person_name(language: Language, random: Random) -> str:
    """A name as people of that language have it."""
    if language is _EN:
        return f"{random.choice(names.EUROPEAN_FIRST)} {random.choice(names.EUROPEAN_LAST)}"
    if language is _TH:
        return f"{random.choice(names.THAI_FIRST)} {random.choice(names.THAI_LAST)}"
    last = random.choice(names.RUSSIAN_LAST)
    if random.random() < 0.55:
        return f"{random.choice(names.RUSSIAN_MEN)} {last}"
    return f"{random.choice(names.RUSSIAN_WOMEN)} {last}а"


def _from_written(one: _Written, phones: dict[str, Iterator[str]], random: Random) -> Sketch:
    city = _CITIES[one.city]
    return Sketch(
        key=one.key,
        name=one.name,
        company=one.company,
        language=one.language,
        city=city,
        email=one.email,
        phone=next(phones[city.country]),
        owner=one.owner,
        lifecycle=one.lifecycle,
        source=random.choice(names.SOURCES),
        reason=random.choice(names.REASONS[one.language]),
        tags=one.tags,
        contacts=_contacts(one.language, random, at_least=1),
        legal_names=(city.legal.format(one.company),),
    )


def _draw(
    language: Language, firms: Iterator[str], phones: dict[str, Iterator[str]], domains: set[str], random: Random
) -> Sketch:
    name, company = person_name(language, random), next(firms)
    city = random.choice(_LANGUAGE_CITIES[language])
    lifecycle = random.choices(tuple(Lifecycle), weights=(30, 48, 15, 7))[0]
    has_email, has_phone = random.random() < 0.92, random.random() < 0.95
    legal = [city.legal.format(company)]
    if random.random() < 0.12:  # some act through a second entity after a reorganisation
        legal.append(city.legal.format(f"{company} {random.choice(('Group', 'Trade', 'Plus'))}"))
    return Sketch(
        name=name,
        company=company,
        language=language,
        city=city,
        email=_email(name, company, domains) if has_email else None,
        phone=next(phones[city.country]) if has_phone or not has_email else None,
        second_phone=next(phones[city.country]) if random.random() < 0.1 else None,
        owner=_owner(language, random),
        lifecycle=lifecycle,
        source=random.choice(names.SOURCES),
        reason=random.choice(names.REASONS[language]),
        tags=_tags(language, lifecycle, random),
        contacts=_contacts(language, random, at_least=0),
        legal_names=tuple(legal) if lifecycle is not Lifecycle.LEAD else (),
    )


def _owner(language: Language, random: Random) -> str | None:
    if random.random() < 0.03:
        return None
    likely = {"rep2": 0.8} if language is _RU else {"rep2": 0.15}
    return "rep2" if random.random() < likely["rep2"] else "rep"


def _tags(language: Language, lifecycle: Lifecycle, random: Random) -> tuple[str, ...]:
    choices: Sequence[str] = [tag for tag in _LANGUAGE_TAGS[language] if tag != "vip"]
    tags = random.sample(choices, k=1) if random.random() < 0.7 else []
    if lifecycle is _CUSTOMER and random.random() < 0.12:
        tags.append("vip")
    return tuple(tags)


def _contacts(language: Language, random: Random, *, at_least: int) -> tuple[Contact, ...]:
    count = max(at_least, random.choices((0, 1, 2), weights=(45, 40, 15))[0])
    positions = random.sample(names.POSITIONS[language], k=count)
    return tuple(Contact(person_name(language, random), position) for position in positions)


def _firms(language: Language, random: Random) -> Iterator[str]:
    """Every pair of words once, in a mixed order; Thai writes them together."""
    first, second = _LANGUAGE_FIRMS[language]
    joint = "" if language is _TH else " "
    pairs = [f"{one}{joint}{other}" for one in first for other in second]
    random.shuffle(pairs)
    return iter(pairs)


def _phones() -> dict[str, Iterator[str]]:
    """Valid mobile numbers, no two alike, spread so that neighbours do not look alike."""

    def numbers(prefix: str, length: int) -> Iterator[str]:
        modulus = 10**length
        number = modulus // 3
        while True:
            number = (number + 7_654_321) % modulus
            yield f"{prefix}{number:0{length}d}"

    return {country: numbers(prefix, length) for country, (prefix, length) in names.MOBILE_PREFIXES.items()}


def _email(name: str, company: str, domains: set[str]) -> str:
    domain = base = f"{_slug(company, '-')}.example"
    number = 2
    while domain in domains:
        domain, number = f"{base.removesuffix('.example')}{number}.example", number + 1
    domains.add(domain)
    return f"{_slug(name, '.')}@{domain}"


def _slug(text: str, joint: str) -> str:
    return re.sub(r"[^a-z0-9]+", joint, transliterate(text)).strip(joint)[:40]
