"""Messages as protel I/O sends them, by hand where the sandbox is too well-behaved."""

from core.pms.vendors.protel.io.envelope import ASYNC, HTNG, OTA, PROTEL, SOAP

STAY = """
<HotelReservation CreateDateTime="2026-07-12T18:22:31Z" LastModifyDateTime="2026-08-20T14:30:00+02:00"
    ResStatus="In-house">
  <UniqueID Type="14" ID="4711" ID_Context="protelIO"/>
  <UniqueID Type="27" ID="4712" ID_Context="protelIO"/>
  <RoomStays><RoomStay SourceOfBusiness="WEB">
    <RoomTypes><RoomType RoomTypeCode="DBL" RoomID="101"/></RoomTypes>
    <RatePlans><RatePlan RatePlanCode="FLX" RatePlanName="Flexible"/></RatePlans>
    <GuestCounts>
      <GuestCount AgeQualifyingCode="10" Count="2"/>
      <GuestCount AgeQualifyingCode="8" Count="1"/>
      <GuestCount AgeQualifyingCode="7" Count="1"/>
    </GuestCounts>
    <TimeSpan Start="2026-08-21" End="2026-08-24"/>
    <Total AmountAfterTax="387.50" CurrencyCode="EUR"/>
  </RoomStay></RoomStays>
  <ResGuests>
    <ResGuest><Profiles><ProfileInfo>
      <UniqueID Type="1" ID="502"/>
      <Profile><Customer><PersonName><GivenName>Ben</GivenName><Surname>Müller</Surname></PersonName></Customer>
      </Profile>
    </ProfileInfo></Profiles></ResGuest>
    <ResGuest PrimaryIndicator="true"><Profiles><ProfileInfo>
      <UniqueID Type="1" ID="501"/>
      <Profile LastModifyDateTime="2026-08-01T00:00:00Z"><Customer Language="de">
        <PersonName><GivenName>Anna</GivenName><Surname>Müller</Surname></PersonName>
        <Telephone PhoneNumber="+44 1632 960001"/>
        <Email>anna@example.com</Email>
        <CitizenCountryName Code="AT"/>
      </Customer></Profile>
    </ProfileInfo></Profiles></ResGuest>
  </ResGuests>
  <ResGlobalInfo><HotelReservationIDs>
    <HotelReservationID ResID_Type="14" ResID_Value="372" ResID_Source="Booking.com"/>
    <HotelReservationID ResID_Type="14" ResID_Value="4711" ResID_Source="protelIO"/>
    <HotelReservationID ResID_Type="14" ResID_Value="9"/>
  </HotelReservationIDs></ResGlobalInfo>
</HotelReservation>
"""


def enveloped(message: str, *, header: str | None = None, correlation_id: str = "q-1") -> bytes:
    """Return a message in its envelope, with both correlation ids unless told otherwise."""
    if header is None:
        header = (
            f"<a:CorrelationID>{correlation_id}</a:CorrelationID>"
            f"<p:CorrelationID>{correlation_id}</p:CorrelationID>"
        )
    return (
        f'<e:Envelope xmlns:e="{SOAP}" xmlns:a="{ASYNC}" xmlns:p="{PROTEL}" xmlns:h="{HTNG}">'
        f"<e:Header>{header}</e:Header><e:Body>{message}</e:Body></e:Envelope>"
    ).encode()


def retrieved(content: str, attributes: str = 'CorrelationID="q-1" EchoToken="q-1"', **named: str) -> bytes:
    """Return an answer to a search."""
    message = f'<OTA_ResRetrieveRS xmlns="{OTA}" Version="6.500" {attributes}>{content}</OTA_ResRetrieveRS>'
    return enveloped(message, **named)


def listed(*stays: str) -> str:
    """Return what an answer holds that found these stays."""
    return f"<Success/><ReservationsList>{''.join(stays)}</ReservationsList>"


RECEIPT = enveloped("<h:HTNG_AcknowledgeReceipt/>")
