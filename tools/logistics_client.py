"""The logistics back-end: where a parcel is."""

from tools.answers import ShipmentAnswer
from tools.exchange import path_segment
from tools.parcels import Shipment
from tools.transport import Transport


class LogisticsClient:
    """What the agent may ask about parcels.

    Args:
        transport: the way to the logistics back-end.
    """

    def __init__(self, transport: Transport) -> None:
        self.transport = transport

    async def get_shipment(self, customer_id: str, tracking_no: str) -> Shipment:
        """Where one of the customer's parcels is.

        Args:
            customer_id: who asks, from the session.
            tracking_no: the carrier's number.

        Returns:
            The parcel with its scans, oldest first.

        Raises:
            NotFound: no such parcel among this customer's.
            Unavailable: no usable answer in time.
        """

        def parse(body: bytes) -> Shipment:
            shipment = ShipmentAnswer.model_validate_json(body).as_shipment()
            if shipment.tracking_no != tracking_no:
                raise ValueError(f"parcel {shipment.tracking_no!r} came instead of {tracking_no!r}")
            return shipment

        path = f"/shipments/{path_segment('shipment', tracking_no)}"
        return await self.transport.read(customer_id, path, parse, thing=("shipment", tracking_no))
