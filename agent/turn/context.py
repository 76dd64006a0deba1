"""The working context of one turn: what a skill may look at. Never stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from agent import spans
from agent.messages import CustomerMessage, PendingAction
from agent.profile import ShopProfile
from agent.state import ConversationState, PendingSlot
from agent.turn.as_of import deciding_days
from agent.turn.desk import ToolDesk
from agent.understanding.entities.regions import Place, country_names, find_places, wider_names
from agent.understanding.understand import IntentScore, Understanding
from retrieval.catalogue import Catalogue, Product
from retrieval.errors import RetrievalError
from retrieval.groups import Group
from retrieval.passages import DecidedBy
from retrieval.release import Release
from retrieval.retriever import Hit, Query, Retrieval
from tools.orders import Order

ABROAD = "ZZ"
"""The code of a place abroad whose country was not named."""
HOME_REGION = "CN"
"""Where a customer is taken to be when neither the channel nor the message says otherwise."""


@dataclass
class Notes:
    """What the skills of a turn want remembered for the next one."""

    pending: PendingAction | None = None
    settled: bool = False
    """The pending write was carried out or declined."""
    slot: PendingSlot | None = None
    order_id: str | None = None
    product_id: str | None = None
    offered: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """Why the turn stayed unresolved: understanding, retrieval, tool, audit, repeat."""
    handoff: str | None = None
    """A reason to pass the conversation to a person."""
    searches: list[Retrieval] = field(default_factory=list)
    """What the policies were asked in the turn, for its trace."""


@dataclass(frozen=True)
class Turn:
    """One turn, on one release, for one customer."""

    turn_id: str
    message: CustomerMessage
    now: datetime
    """Aware; the whole turn lives at this moment."""
    profile: ShopProfile
    release: Release
    state: ConversationState
    understood: Understanding
    desk: ToolDesk
    notes: Notes
    hits: Mapping[str, tuple[Hit, ...]] = field(default_factory=dict)
    """Retrieved passages by clause of the message."""
    days: Mapping[DecidedBy, date] = field(default_factory=dict)
    """Days of the one order the message names, for rules that the order decides."""

    def on(self, ask: IntentScore) -> "Turn":
        """The turn as one ask of its message sees it: with the words, goods and orders of that ask alone."""
        return replace(self, understood=self.understood.of(ask))

    @property
    def today(self) -> date:
        """The shop's day."""
        return self.now.astimezone(self.profile.timezone).date()

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue snapshot of the turn's release."""
        return self.release.catalogue

    @property
    def currency(self) -> str:
        """The shop's currency."""
        return self.profile.currency

    def lookup(
        self,
        text: str,
        product_id: str | None = None,
        day: date | None = None,
        order: Order | None = None,
        before: str = "",
    ) -> tuple[Hit, ...]:
        """Look up policies in force that speak of ``text``.

        Args:
            text: a question or its topic.
            product_id: leave out policies for other products; None: the product in focus does not matter.
            day: the deciding day; None: today.
            order: the order that is spoken of: rules may hold for it by the day it was placed or signed for; None: the one that the
                message names, if any.
            before: the customer's words before, which a short question leans on; empty: none.

        Returns:
            Hits, best first; empty when the retriever abstains, or cannot be used, which is noted as a failure of the turn.
        """
        days = self.days if order is None else deciding_days(order, self.profile.timezone)
        query = Query(text, day or self.today, self.region, product_id, before=before, days=days)
        try:
            with spans.of_search(self.release.release_id, text) as span:
                found = self.release.retriever.search(query)
                spans.found(span, ((hit.passage.passage_id, hit.score) for hit in found.hits))
        except RetrievalError:
            if "retrieval" not in self.notes.failures:
                self.notes.failures.append("retrieval")
            return ()
        self.notes.searches.append(found)
        return found.hits

    @property
    def product(self) -> Product | None:
        """The one product that the message or the talk is about; None when none or several could be meant."""
        mention = self.understood.products
        if not mention.product_ids or mention.ambiguous:
            return None
        return self.catalogue.by_product.get(mention.product_ids[0])

    @property
    def said_lately(self) -> str:
        """The message together with the two before it: what a short question leaves out was said there."""
        return " ".join((*self.state.customer_texts[-2:], self.understood.folded))

    @property
    def named_lately(self) -> str:
        """What was said lately, with the provinces, countries and groups of these that the places said belong to.

        A customer abroad who names no place speaks of the country that the channel knows.
        """
        here = self.understood.folded
        earlier = self.state.customer_texts[-2:]
        if find_places(here, here):
            # Another place takes the place of the one before.
            earlier = tuple(text for text in earlier if not find_places(text, text))
        said = " ".join((*earlier, here))
        names = tuple(name for place in find_places(said, said) for name in self._names_of(place))
        if not names and self.region != HOME_REGION:
            names = country_names(self.region)
        return " ".join((said, *dict.fromkeys(names)))

    def _names_of(self, place: Place) -> tuple[str, ...]:
        """What rules may call a place: as the shop groups it, else by the groups that everybody knows."""
        own = tuple(group.name for group in self.groups if place.name in group.members)
        return (place.name, *own) if own else wider_names(place)

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups of the shop's own that hold for the customer today, such as 偏远地区."""
        return tuple(
            group
            for passage, group in self.release.groups
            if passage.scope.excludes(self.today, self.region, None) is None
        )

    @property
    def region(self) -> str:
        """The region the customer named in this message, else lately, else the one the channel knows, else home."""
        lately = (find_places(text, text) for text in reversed(self.state.customer_texts[-2:]))
        named = next((places[-1].code for places in lately if places and places[-1].code != ABROAD), None)
        return self.understood.entities.region or named or self.message.region or HOME_REGION
