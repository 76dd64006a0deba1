"""DingTalk's API: cards in the group, messages to single staff.

Source:
    open.dingtalk.com, "create and deliver a card", "update a card", "send messages to users in batches"; tokens last two hours.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from agent.errors import DeliveryFailed
from channels.contact_centre.vendor import sent

_EARLY_S = 300.0
"""A token is renewed so long before its end."""


@dataclass(frozen=True)
class Credentials:
    """Of the DingTalk application."""

    client_id: str
    client_secret: str
    robot_code: str


class DingtalkClient:
    """Calls DingTalk's API.

    Args:
        client: with the API's address as its base.
        credentials: of the application.
    """

    def __init__(self, client: httpx.AsyncClient, credentials: Credentials) -> None:
        self._client = client
        self._credentials = credentials
        self._token = ""
        self._renew_at = 0.0

    async def show_card(self, group: str, template: str, track: str, data: Mapping[str, str]) -> None:
        """Show a card in a group.

        Args:
            group: openConversationId.
            template: of the card.
            track: our id of the card; one that is there already is left as it is.
            data: what the template shows.

        Raises:
            DeliveryFailed: it is not shown.
        """
        body = {
            "cardTemplateId": template,
            "outTrackId": track,
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": dict(data)},
            "userIdType": 1,
            "openSpaceId": f"dtv1.card//IM_GROUP.{group}",
            "imGroupOpenSpaceModel": {"supportForward": False},
            "imGroupOpenDeliverModel": {"robotCode": self._credentials.robot_code},
        }
        await self._call("POST", "/v1.0/card/instances/createAndDeliver", track, body)

    async def change_card(self, track: str, data: Mapping[str, str]) -> None:
        """Change what a card shows.

        Raises:
            DeliveryFailed: it is not changed.
        """
        options = {"updateCardDataByKey": True}
        body = {"outTrackId": track, "cardData": {"cardParamMap": dict(data)}, "cardUpdateOptions": options}
        await self._call("PUT", "/v1.0/card/instances", track, body)

    async def write_to(self, staff_id: str, title: str, markdown: str, message_id: str) -> None:
        """Write to one person in their chat with the robot.

        Args:
            staff_id: DingTalk's id of the person.
            title: shown in the list of chats.
            markdown: what is written.
            message_id: for failures.

        Raises:
            DeliveryFailed: it was not written.
        """
        words = json.dumps({"title": title, "text": markdown}, ensure_ascii=False)
        body = {
            "robotCode": self._credentials.robot_code,
            "userIds": [staff_id],
            "msgKey": "sampleMarkdown",
            "msgParam": words,
        }
        await self._call("POST", "/v1.0/robot/oToMessages/batchSend", message_id, body)

    async def _call(self, method: str, path: str, message_id: str, body: Mapping[str, object]) -> None:
        for last in (False, True):
            headers = {"x-acs-dingtalk-access-token": await self._valid_token(message_id)}
            try:
                await sent(message_id, self._client.request(method, path, json=body, headers=headers))
            except DeliveryFailed as failure:
                if last or "401" not in failure.why:
                    raise
                self._token = ""  # taken back before its time: another one is asked for, once
            else:
                return

    async def _valid_token(self, message_id: str) -> str:
        if self._token and time.monotonic() < self._renew_at:
            return self._token
        asked = {"appKey": self._credentials.client_id, "appSecret": self._credentials.client_secret}
        answer = await sent(message_id, self._client.post("/v1.0/oauth2/accessToken", json=asked))
        told = answer.json()
        self._token = str(told["accessToken"])
        self._renew_at = time.monotonic() + float(told["expireIn"]) - _EARLY_S
        return self._token
