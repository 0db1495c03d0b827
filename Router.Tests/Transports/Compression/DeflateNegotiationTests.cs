using WampRouter.Sessions.Outboxes;
using WampRouter.Tests.Conformance;
using WampRouter.Tests.Doubles;
using WampRouter.Transports;
using WampRouter.Transports.Compression;

namespace WampRouter.Tests.Transports.Compression;

/// <summary>What the router answers to which offers (RFC 7692 section 7.1).</summary>
[Shows("field.compression")]
internal sealed class DeflateNegotiationTests
{
    private const string None = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private readonly CompressionOptions _options = new();
    private TestMeters _meters = null!;
    private ByteBudget _contexts = null!;
    private DeflateNegotiation _negotiation = null!;

    [SetUp]
    public void Prepare()
    {
        _meters = new TestMeters();
        _contexts = new ByteBudget(MessageDeflater.ContextBytes + MessageInflater.ContextBytes);
        (_options.Enabled, _options.ContextTakeover) = (true, false);
        _negotiation = new DeflateNegotiation(() => _options, _contexts, new CompressionMetrics(_meters.Router));
    }

    [TearDown]
    public void End() => _meters.Dispose();

    [TestCase("permessage-deflate")]
    [TestCase("Permessage-Deflate")]
    [TestCase("permessage-deflate; client_max_window_bits")]
    [TestCase("permessage-deflate; server_no_context_takeover")]
    [TestCase("permessage-deflate; client_no_context_takeover; server_no_context_takeover; client_max_window_bits")]
    [TestCase("x-webkit-deflate-frame, permessage-deflate")]
    public void Offer_Good_IsAcceptedWithoutTakeover(string offered) => Assert.That(Answer(offered), Is.EqualTo(None));

    [TestCase("permessage-deflate; server_max_window_bits=15")]
    [TestCase("permessage-deflate; server_max_window_bits=\"15\"; client_max_window_bits")]
    public void Offer_NamesTheRoutersWindow_IsConfirmed(string offered) => Assert.That(Answer(offered), Is.EqualTo($"{None}; server_max_window_bits=15"));

    [TestCase("8")]
    [TestCase("10")]
    [TestCase("15")]
    public void Offer_NamesTheClientsWindow_IsConfirmed(string bits) =>
        Assert.That(Answer($"permessage-deflate; client_max_window_bits=\"{bits}\""), Is.EqualTo($"{None}; client_max_window_bits={bits}"));

    [TestCase("server_max_window_bits=8")]
    [TestCase("server_max_window_bits=9")]
    [TestCase("server_max_window_bits=14")]
    [TestCase("server_max_window_bits=16")]
    [TestCase("server_max_window_bits=7")]
    [TestCase("server_max_window_bits=015")]
    [TestCase("server_max_window_bits=+15")]
    [TestCase("server_max_window_bits=1a")]
    [TestCase("server_max_window_bits")]
    [TestCase("client_max_window_bits=7")]
    [TestCase("client_max_window_bits=16")]
    [TestCase("client_max_window_bits=09")]
    [TestCase("client_max_window_bits=x")]
    [TestCase("client_max_window_bits; client_max_window_bits")]
    [TestCase("client_max_window_bits; client_max_window_bits=15")]
    [TestCase("server_no_context_takeover=1")]
    [TestCase("server_no_context_takeover; server_no_context_takeover")]
    [TestCase("client_no_context_takeover=true")]
    [TestCase("client_no_context_takeover; Client_No_Context_Takeover")]
    [TestCase("unknown")]
    [TestCase("server_no_context_takeover; unknown=7")]
    public void Offer_ThatCannotBeAccepted_IsDeclinedAloneAndTheNextIsTaken(string parameters)
    {
        Assert.That(Answer($"permessage-deflate; {parameters}"), Is.Null);
        Assert.That(Answer($"permessage-deflate; {parameters}, permessage-deflate; server_max_window_bits=15"), Is.EqualTo($"{None}; server_max_window_bits=15"));
    }

    [TestCase("")]
    [TestCase("x-webkit-deflate-frame")]
    [TestCase("permessage-bzip2, permessage-deflate-frame")]
    public void Offer_OfOtherExtensions_IsNotAnswered(string offered) => Assert.That(Answer(offered), Is.Null);

    [Test]
    public void Offers_BothGood_TheFirstIsTaken() =>
        Assert.That(Answer("permessage-deflate, permessage-deflate; server_max_window_bits=15"), Is.EqualTo(None));

    [Test]
    public void Compression_SwitchedOff_NothingIsAnswered()
    {
        _options.Enabled = false;

        Assert.That(Answer("permessage-deflate"), Is.Null);
    }

    [TestCase("permessage-deflate", "permessage-deflate", 1, 1)]
    [TestCase("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover", 0, 1)]
    [TestCase("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover", 1, 0)]
    [TestCase("permessage-deflate; client_no_context_takeover; server_no_context_takeover; server_max_window_bits=15", None + "; server_max_window_bits=15", 0, 0)]
    public void Takeover_Allowed_IsAgreedWhereTheClientHasIt(string offered, string answer, int deflaters, int inflaters)
    {
        _options.ContextTakeover = true;

        var terms = Agree(offered, out var isShort)!;

        Assert.That(terms.ToString(), Is.EqualTo(answer));
        Assert.That(isShort, Is.False);
        Assert.That(_contexts.ReservedBytes, Is.EqualTo((deflaters * MessageDeflater.ContextBytes) + (inflaters * MessageInflater.ContextBytes)));
        _negotiation.End(terms);
        Assert.That(_contexts.ReservedBytes, Is.Zero);
    }

    [Test]
    public void Takeover_NoRoomForIt_IsAgreedWithoutAndCounted()
    {
        using var hits = new Measured(_meters.Router, "wamp_router.limit.hits");
        _options.ContextTakeover = true;
        var first = Agree("permessage-deflate", out _)!;

        var second = Agree("permessage-deflate", out var isShort)!;

        Assert.That((first.ToString(), second.ToString(), isShort), Is.EqualTo(("permessage-deflate", None, true)));
        Assert.That(hits.Of("limit=WampRouter:Transports:Compression:TotalBytes"), Is.EqualTo(2));
        _negotiation.End(second);
        _negotiation.End(first);
        Assert.That(Agree("permessage-deflate", out _)!.ToString(), Is.EqualTo("permessage-deflate"));
    }

    [Test]
    public void Takeover_RoomForOneDirection_IsAgreedForThat()
    {
        _options.ContextTakeover = true;
        _contexts.CapacityBytes = MessageInflater.ContextBytes;

        Assert.That(Answer("permessage-deflate"), Is.EqualTo("permessage-deflate; server_no_context_takeover"));
    }

    private string? Answer(string offered) => Agree(offered, out _)?.ToString();

    private DeflateTerms? Agree(string offered, out bool isShort)
    {
        Assert.That(ExtensionHeader.TryRead(offered, out var offers), Is.True);
        return _negotiation.Agree(offers, out isShort);
    }
}
