"""What DingTalk tells of its staff; the vendor may add keys."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)


class _Private(_Told):
    action_ids: tuple[str, ...] = Field(default=(), alias="actionIds")


class _Content(_Told):
    private: _Private = Field(default_factory=_Private, alias="cardPrivateData")


class Press(_Told):
    """A button of a card was pressed."""

    staff_id: str = Field(alias="userId")
    content: _Content = Field(default_factory=_Content)

    @property
    def button(self) -> str:
        """Which one; empty: not told."""
        return self.content.private.action_ids[0] if self.content.private.action_ids else ""


class _Text(_Told):
    content: str = ""


class StaffMessage(_Told):
    """Somebody wrote to the robot."""

    message_id: str = Field(alias="msgId")
    staff_id: str = Field(default="", alias="senderStaffId")
    kind: str = Field(default="text", alias="msgtype")
    where: Literal["1", "2"] = Field(default="1", alias="conversationType")
    """``1``: in their own chat with the robot, ``2``: in a group."""
    text: _Text = Field(default_factory=_Text)
