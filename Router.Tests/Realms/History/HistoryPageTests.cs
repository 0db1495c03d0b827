using System.Text;
using Newtonsoft.Json.Linq;
using WampRouter.Realms.Events;
using WampRouter.Realms.History;
using WampRouter.Tests.Doubles;
using WampRouter.Tests.Storage;
using WampRouter.Wire;

namespace WampRouter.Tests.Realms.History;

/// <summary>A result of <c>get_events</c> is as large as it may be and no larger, in whatever serializer its reader has.</summary>
public sealed class HistoryPageTests
{
    private static readonly byte[] Binary = [0x91, 0xC5, 0x02, 0x00, .. new byte[512]];         // [512 bytes]; in JSON they are a third longer
    private static readonly byte[] HalfAPair = Encoding.ASCII.GetBytes("[\"\\ud800\"]");

    [Test]
    public void TryTake_EventGrowsBeyondTheBoundInItsReadersFormat_IsLeftToTheNextPage()
    {
        var grown = InMessagePack(new EventDraft(2) { Arguments = Binary }.ToEvent(DateTimeOffset.UnixEpoch));
        var page = Page(maxBytes: 900);
        Assert.That(page.TryTake(Event(1)), Is.True);
        Assert.That(page.HasRoomFor(512), Is.True, "as it is kept it would fit");

        Assert.That(page.TryTake(grown), Is.False);

        Assert.That(Read(page).Select(found => (int)found["publication"]!), Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void TryTake_EventTheFormatCannotSay_IsLeftOutAndTheOthersAreWhole()
    {
        var page = Page(maxBytes: 10_000, WireFormat.Cbor);

        foreach (var stored in new[] { Unsayable(1), Event(2), Unsayable(3), Event(4), Unsayable(5) })
        {
            Assert.That(page.TryTake(stored), Is.True);
        }

        Assert.That(page.Count, Is.EqualTo(2));
    }

    [Test]
    public void TryTake_JsonEventsBetweenOnesThatAreLeftOut_AreSeparatedAsAList()
    {
        var page = Page(maxBytes: 600);
        var taken = Enumerable.Range(1, 10).TakeWhile(i => page.TryTake(Event((ulong)i))).Count();

        Assert.That(Read(page).Select(found => (int)found["publication"]!), Is.EqualTo(Enumerable.Range(1, taken)));
        Assert.That(taken, Is.InRange(2, 5));
    }

    [Test]
    public void TryTake_FirstEventIsLargerThanAllBounds_IsTaken()
    {
        var page = Page(maxBytes: 1);

        Assert.That((page.HasRoomFor(long.MaxValue), page.TryTake(Event(1)), page.HasRoomFor(0), page.TryTake(Event(2))), Is.EqualTo((true, true, false, false)));
    }

    [Test]
    public void WriteTo_NothingWasFound_IsAnEmptyList() => Assert.That(Read(Page(maxBytes: 100)), Is.Empty);

    private static HistoryPage Page(int maxBytes, WireFormat format = WireFormat.Json) => new(new RecordingPeer { Encoding = new WireEncoding(format, Framing.RawSocket) }, subscription: 7, maxBytes);

    private static StoredEvent Event(ulong publication) => new EventDraft(publication).ToEvent(DateTimeOffset.UnixEpoch);

    private static StoredEvent Unsayable(ulong publication) => new EventDraft(publication) { Arguments = HalfAPair }.ToEvent(DateTimeOffset.UnixEpoch);

    private static StoredEvent InMessagePack(StoredEvent stored) => new()
    {
        Publication = stored.Publication,
        Time = stored.Time,
        Topic = stored.Topic,
        Details = stored.Details,
        Format = WireFormat.MessagePack,
        Arguments = stored.Arguments,
        Elements = 1,
    };

    private static JArray Read(HistoryPage page)
    {
        var writer = new MessageWriter(new WireEncoding(WireFormat.Json, Framing.RawSocket));
        writer.Begin(MessageCode.Result, elements: 2);
        page.WriteTo(writer);
        writer.End();
        return (JArray)JArray.Parse(Encoding.UTF8.GetString(writer.Body))[1];
    }
}
