"""What staff do in DingTalk: take a conversation by its card, write to the customer in the chat with the robot, give it back."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from agent.handoff.errors import HandoffError, TicketTaken, TicketUnknown
from agent.handoff.people import PeopleDesk
from agent.store.port import HandoffStore, ThreadEntry
from channels.dingtalk.cards import Act, pressed
from channels.dingtalk.held import Held, HeldTickets

_HELP = "直接打字就会发给顾客。/还 交还机器人，/结束 结束会话，/备注 内容 只给同事看，/会话 列出手上的会话，/切换 编号 换一个会话。"
_NONE = "您手上没有会话。在群里的卡片上点“接手”就可以开始。"
_STRANGER = "您还没有登记为客服，只能查看。请管理员在 [dingtalk.staff] 里加上您的工号：{staff_id}"
_DONE: Mapping[Act, str] = {"take": "已接手。" + _HELP, "return": "已交还机器人。", "close": "已结束会话。"}


class StaffDesk:
    """Does what staff ask for, and says in words how it went.

    Args:
        desk: moves conversations.
        store: knows tickets and threads.
        held: who has which conversation.
        names: DingTalk's staff id to the name under which a person works.
    """

    def __init__(self, desk: PeopleDesk, store: HandoffStore, held: HeldTickets, names: Mapping[str, str]) -> None:
        self._desk = desk
        self._store = store
        self._held = held
        self._names = names

    async def press(self, staff_id: str, button: str) -> str:
        """A person pressed a button of a card.

        Returns:
            Words for the person.

        Raises:
            StoreError: nothing was done; the button may be pressed again.
        """
        name, asked = self._names.get(staff_id), pressed(button)
        if name is None:
            return _STRANGER.format(staff_id=staff_id)
        if asked is None:
            return "这张卡片已经过期了。"
        act, ticket_id = asked
        try:
            if act == "take":
                await self._take(ticket_id, staff_id, name)
            else:
                await self._leave(act, ticket_id, name)
        except TicketTaken as refusal:
            return f"这个会话正由 {refusal.person} 处理。"
        except HandoffError:
            return "这个会话已经结束或交还了。"
        return _DONE[act]

    async def write(self, staff_id: str, text: str, message_id: str) -> str | None:
        """A person wrote to the robot: to their customer, or a command.

        Args:
            staff_id: who wrote.
            text: what they wrote.
            message_id: DingTalk's; the same one again reaches the customer once.

        Returns:
            Words for the person; None: there is nothing to say.

        Raises:
            StoreError: nothing was done; the message may come again.
        """
        name = self._names.get(staff_id)
        if name is None:
            return _STRANGER.format(staff_id=staff_id)
        mine = await self._held.of(staff_id)
        command, _, rest = text.strip().partition(" ")
        if command == "/切换":
            return await self._switch(staff_id, mine, rest.strip())
        if command in ("/会话", "/帮助") or not mine:
            return self._listed(mine) if mine else _NONE
        held = await self._chosen(staff_id, mine)
        if held is None:
            return "您手上有几个会话，先选一个：\n" + self._listed(mine)
        return await self._do(held, name, command, text if not command.startswith("/") else rest.strip(), message_id)

    async def _do(self, held: Held, name: str, command: str, text: str, message_id: str) -> str | None:
        try:
            if command in ("/还", "/结束"):
                act: Act = "return" if command == "/还" else "close"
                await self._leave(act, held.ticket_id, name)
                return _DONE[act]
            if command == "/备注":
                await self._desk.note(held.ticket_id, name, text)
                return "备注已保存。"
            if command.startswith("/"):
                return _HELP
            await self._desk.reply(held.ticket_id, name, text, message_id)
        except HandoffError:
            await self._held.drop(held.ticket_id)
            return "这个会话已经不在您手上了，刚才的话没有发给顾客。"
        return None

    async def _take(self, ticket_id: str, staff_id: str, name: str) -> None:
        ticket = await self._store.ticket(ticket_id)
        if ticket is None:
            raise TicketUnknown(ticket_id)
        if ticket_id not in {held.ticket_id for held in await self._held.of(staff_id)}:
            # Kept before it is taken, so that a crash between the two loses nobody. The card shows what was said up to the handoff.
            read = _place_of_ask(await self._store.thread(ticket.conversation_id), ticket.created_at)
            await self._held.keep(Held(ticket_id, ticket.conversation_id, staff_id, read))
        try:
            await self._desk.take(ticket_id, name)
        except HandoffError:
            await self._held.drop(ticket_id)
            raise
        await self._held.choose(staff_id, ticket_id)

    async def _leave(self, act: Act, ticket_id: str, name: str) -> None:
        if act == "return":
            await self._desk.give_back(ticket_id, name)
        else:
            await self._desk.close(ticket_id, name)
        await self._held.drop(ticket_id)

    async def _chosen(self, staff_id: str, mine: tuple[Held, ...]) -> Held | None:
        if len(mine) == 1:
            return mine[0]
        current = await self._held.current(staff_id)
        return next((held for held in mine if held.ticket_id == current), None)

    async def _switch(self, staff_id: str, mine: tuple[Held, ...], number: str) -> str:
        for held in mine:
            if number and held.ticket_id.endswith(number):
                await self._held.choose(staff_id, held.ticket_id)
                return f"现在写给 {held.ticket_id} 的顾客。"
        return "没有这个会话。\n" + self._listed(mine)

    @staticmethod
    def _listed(mine: tuple[Held, ...]) -> str:
        return "\n".join(f"- {held.ticket_id}" for held in mine) + "\n" + _HELP


def _place_of_ask(thread: Sequence[ThreadEntry], handed_over_at: datetime) -> int:
    """How much of a thread was written up to the handoff; what customers wrote while they waited comes after."""
    return sum(1 for entry in thread if entry.at <= handed_over_at)
