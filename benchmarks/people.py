"""Made-up people and numbers for the privacy corpus, built by the standards' rules and not by the agent's patterns."""

import json
import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

_WORDS = json.loads((Path(__file__).parent / "data" / "privacy.json").read_text(encoding="utf-8"))
_SURNAMES: list[str] = _WORDS["surnames"]
_GIVEN: list[str] = _WORDS["given"]
_PLACES: Mapping[str, Mapping[str, str]] = _WORDS["places"]
"""Province to city to districts."""
_ROADS: list[str] = _WORDS["roads"]
_ESTATES: list[str] = _WORDS["estates"]
_TOWNS: list[str] = _WORDS["towns_of_villages"]
_VILLAGES: list[str] = _WORDS["villages"]
_WORKS: list[str] = _WORDS["works"]


class Maker:
    """Makes people and their numbers up.

    Args:
        draw: the source of chance; the same seed gives the same people.
    """

    def __init__(self, draw: random.Random) -> None:
        self.draw = draw

    def digits(self, count: int) -> str:
        """So many random digits."""
        return "".join(self.draw.choices("0123456789", k=count))

    def name(self) -> str:
        """A full name."""
        return self.draw.choice(_SURNAMES) + self.draw.choice(_GIVEN)

    def phone(self) -> str:
        """A mobile number of a prefix that was given out, in one of the usual spellings."""
        heads = (
            "134 135 136 137 138 139 147 150 151 152 157 158 159 178 182 183 187 188 198 130 131 132 155 156 166 175 176 185 186 133 153 173 "
            "177 180 189 191 199"
        )
        number = self.draw.choice(heads.split()) + self.digits(8)
        a, b, c = number[:3], number[3:7], number[7:]
        forms = (number, number, f"{a}-{b}-{c}", f"{a} {b} {c}", f"+86{number}", f"+86 {a} {b} {c}", f"86-{number}")
        return self._width(self.draw.choice(forms))

    def landline(self) -> str:
        """A fixed line with its area code."""
        area, rest = self.draw.choice((("010", 8), ("021", 8), ("0755", 8), ("0571", 8), ("0398", 7), ("028", 8)))
        number = self.draw.choice("2345678") + self.digits(rest - 1)
        return self.draw.choice((f"{area}-{number}", f"({area}){number}", f"{area} {number}"))

    def id_card(self) -> str:
        """An identity number after GB 11643: region, birthday, sequence, check digit."""
        region = self.draw.choice(
            "110105 310115 440305 330106 320505 510104 410102 610113 430104 350203 210102".split()
        )
        born = date(1950, 1, 1) + timedelta(days=self.draw.randrange(21000))
        body = f"{region}{born:%Y%m%d}{self.digits(3)}"
        remainder = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(body)) % 11
        check = "X" if (12 - remainder) % 11 == 10 else str((12 - remainder) % 11)
        number = body + (check.lower() if self.draw.random() < 0.4 else check)
        forms = (
            number,
            number,
            number,
            f"{number[:6]} {number[6:14]} {number[14:]}",
            f"{number[:6]}-{number[6:14]}-{number[14:]}",
        )
        return self._width(self.draw.choice(forms))

    def bank_card(self) -> str:
        """A card number after ISO/IEC 7812 with its Luhn digit, in one of the usual spellings."""
        head, length = self.draw.choice(
            (
                ("622202", 19),
                ("621661", 19),
                ("622588", 16),
                ("621700", 19),
                ("625912", 16),
                ("453242", 16),
                ("524374", 16),
            )
        )
        body = head + self.digits(length - len(head) - 1)
        doubled = [int(digit) for digit in body[::-1]]
        doubled[::2] = [sum(divmod(2 * digit, 10)) for digit in doubled[::2]]
        number = body + str(-sum(doubled) % 10)
        fours = [number[at : at + 4] for at in range(0, length, 4)]
        return self._width(self.draw.choice((number, number, " ".join(fours), "-".join(fours))))

    def email(self) -> str:
        """A mail address."""
        user = self.draw.choice(("zhang.wei", "lixiaoming", "w_fang", "tea-lover", "chen")) + self.digits(
            self.draw.randrange(6)
        )
        address = f"{user}@{self.draw.choice(('qq.com', '163.com', 'gmail.com', 'mail.tsinghua.edu.cn', 'foxmail.com', 'sina.cn'))}"
        return self.draw.choice((address, address, address, address.upper(), address.replace("@", "＠")))

    def plate(self) -> str:
        """A car's plate after GA 36: five characters after region and office, six for an electric car."""
        region = self.draw.choice("京沪粤浙苏川渝陕湘豫鲁闽辽皖") + self.draw.choice("ABCDEFGH")
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        tail = self.draw.choice(
            (
                self.digits(5),
                self.draw.choice(letters) + self.digits(4),
                self.digits(4) + self.draw.choice(letters),
                "D" + self.digits(5),
                "F" + self.digits(5),
            )
        )
        plate = region + self.draw.choice(("", "", "·", " ", "-")) + tail
        return self.draw.choice((plate, plate, plate.lower()))

    def address(self) -> str:
        """A street address in one of the ways that customers write it."""
        province = self.draw.choice(list(_PLACES))
        city = self.draw.choice(list(_PLACES[province]))
        district = self.draw.choice(_PLACES[province][city].split())
        head = province + city + district
        short = (
            head.replace("省", "")
            .replace("壮族自治区", "")
            .replace("维吾尔自治区", "")
            .replace("自治区", "")
            .replace("市", "", 1)
        )
        head = self.draw.choice(
            (
                head,
                head,
                short,
                (city or province) + district,
                district,
                " ".join(filter(None, (province, city, district))) + " ",
            )
        )
        return head + self._street()

    def _street(self) -> str:
        pick, number = self.draw.choice, self.draw.randrange
        road, estate = pick(_ROADS), pick(_ESTATES)
        forms: tuple[Callable[[], str], ...] = (
            lambda: f"{road}{number(1, 999)}号",
            lambda: (
                f"{road}{number(1, 999)}号{estate}{number(1, 40)}{pick('幢栋')}{number(1, 5)}单元{number(101, 2804)}{pick(('室', '', '户'))}"
            ),
            lambda: f"{road}{number(1, 999)}号{number(1, 40)}号楼{number(101, 2804)}",
            lambda: f"{estate}{number(1, 40)}-{number(1, 5)}-{number(101, 2804)}",
            lambda: f"{estate}{pick('一二三')}期{number(1, 40)}栋{number(101, 2804)}室",
            lambda: f"{road}{number(1, 999)}弄{number(1, 99)}号{number(101, 2804)}室",
            lambda: f"{pick(_TOWNS)}{pick(_VILLAGES)}{number(1, 12)}组{number(1, 99)}号",
            lambda: f"{pick(_TOWNS)}{pick(_VILLAGES)}",
            lambda: f"{road}与{pick(_ROADS)}交叉口{pick(_WORKS)}{pick('ABC')}座{number(3, 30)}楼",
            lambda: f"{road}{number(1, 999)}号{pick(_WORKS)}",
            lambda: f"{pick(_WORKS)}{pick('ABC')}座{number(301, 2804)}",
        )
        return pick(forms)()

    def _width(self, text: str) -> str:
        """Full-width digits for one number in eight."""
        wide = str.maketrans("0123456789-+", "０１２３４５６７８９－＋")
        return text.translate(wide) if self.draw.random() < 0.125 else text
