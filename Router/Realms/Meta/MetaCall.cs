using WampRouter.Delivery;
using WampRouter.Realms.Members;
using WampRouter.Realms.Metrics;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>Answers a call of one of the router's procedures. Returns why it is refused; null if it was answered.</summary>
internal delegate Refusal? MetaProcedure(in MetaCall call);

/// <summary>A CALL to the router itself, and the way to answer it. Borrows the caller's message.</summary>
internal readonly ref struct MetaCall(Member caller, Role role, in WampMessage call, RealmMetrics metrics, FlushBatch batch)
{
    private const int ResultElements = 4;

    private readonly Payload _payload = call.Payload;

    /// <summary>The id of the CALL.</summary>
    public ulong Request { get; } = call.Request;

    /// <summary>The caller.</summary>
    public Member Caller { get; } = caller;

    /// <summary>The role of the caller, by which the call is judged.</summary>
    public Role Role { get; } = role;

    /// <summary>Whether the caller has announced more pieces. Only the first piece is used; the others are ignored.</summary>
    public bool IsInPieces { get; init; }

    /// <summary>Notes the outboxes that must be flushed.</summary>
    public FlushBatch Batch { get; } = batch;

    /// <summary>How the arguments are encoded.</summary>
    public WireFormat Format => _payload.Format;

    /// <summary>The positional arguments.</summary>
    public ListReader Arguments => _payload.ReadArguments();

    /// <summary>The keyword arguments.</summary>
    public DictionaryReader Keywords => _payload.ReadArgumentsKw();

    /// <summary>Reads the first positional argument; false if it is not an id.</summary>
    public bool TryReadId(out ulong id)
    {
        id = 0;
        return Arguments.TryReadNext(out var value) && value.TryGetId(out id);
    }

    /// <summary>Reads the first positional argument; false if it is not a text.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> utf8)
    {
        utf8 = default;
        return Arguments.TryReadNext(out var value) && value.TryGetUtf8(out utf8);
    }

    /// <summary>Reads the arguments of a lookup: a URI or pattern, and optionally a dictionary whose <c>match</c> says how it is compared.</summary>
    public Refusal? ReadPattern(out ReadOnlySpan<byte> uri, out MatchPolicy match)
    {
        match = MatchPolicy.Exact;
        uri = default;
        var arguments = Arguments;
        if (!arguments.TryReadNext(out var first) || !first.TryGetUtf8(out uri))
        {
            return Refusal.InvalidArgument("the first argument must be a URI");
        }

        if (!arguments.TryReadNext(out var options) || options.Kind == WireKind.Null)
        {
            return null;
        }

        var isKnown = options.Kind == WireKind.Dictionary
            && (!options.AsDictionary().TryFind("match"u8, out var word) || (word.TryGetUtf8(out var text) && MatchPolicies.TryParse(text, out match)));
        return isKnown ? null : Refusal.InvalidArgument("the second argument must be a dictionary whose 'match' is 'exact', 'prefix' or 'wildcard'");
    }

    /// <summary>Reads the arguments of a removal: the registration or subscription, the session, and a reason as third or as keyword argument.</summary>
    public Refusal? ReadRemoval(out ulong subject, out ulong session, out string reason)
    {
        (subject, session, reason) = (0, 0, "removed by way of the router's meta API");
        var arguments = Arguments;
        if (!arguments.TryReadNext(out var first) || !first.TryGetId(out subject) || !arguments.TryReadNext(out var second) || !second.TryGetId(out session))
        {
            return Refusal.InvalidArgument("the first two arguments must be ids, the second one of a session");
        }

        var isGiven = (arguments.TryReadNext(out var given) && given.Kind != WireKind.Null) || TryFindKeyword("reason"u8, out given);
        return !isGiven || given.TryGetText(out reason) ? null : Refusal.InvalidArgument("reason must be a string");
    }

    /// <summary>Finds a keyword argument that is present and not null.</summary>
    public bool TryFindKeyword(ReadOnlySpan<byte> name, out WireValue value) => Keywords.TryFind(name, out value) && value.Kind != WireKind.Null;

    /// <summary>Begins a RESULT with one positional result: write exactly one value, then call <see cref="Return(MessageWriter)"/>.</summary>
    public MessageWriter BeginResult() => BeginResult(Caller.Peer, Request);

    /// <summary>The same for an answer that is sent later.</summary>
    /// <param name="peer">The peer of the caller.</param>
    /// <param name="request">The id of its CALL.</param>
    /// <param name="hasMore">Whether the result is only a part: RESULT.Details says so (<c>_more</c>).</param>
    public static MessageWriter BeginResult(IPeer peer, ulong request, bool hasMore = false)
    {
        var writer = MessageWriter.ForThread(peer.Encoding);
        writer.Begin(MessageCode.Result, ResultElements);
        writer.WriteId(request);
        writer.BeginDictionary(hasMore ? 1 : 0);
        if (hasMore)
        {
            writer.WriteKey("_more"u8);
            writer.WriteBoolean(true);
        }

        writer.EndDictionary();
        writer.BeginList(1);
        return writer;
    }

    /// <summary>Sends a result that was written. Returns why the caller cannot get it, or null.</summary>
    public Refusal? Return(MessageWriter writer)
    {
        writer.EndList();
        return Send(writer);
    }

    /// <summary>Answers without a result.</summary>
    public Refusal? ReturnNothing()
    {
        var writer = MessageWriter.ForThread(Caller.Peer.Encoding);
        writer.Begin(MessageCode.Result, ResultElements - 1);
        writer.WriteId(Request);
        writer.WriteEmptyDictionary();
        return Send(writer);
    }

    /// <summary>Answers with yes or no.</summary>
    public Refusal? ReturnBoolean(bool value)
    {
        var writer = BeginResult();
        writer.WriteBoolean(value);
        return Return(writer);
    }

    /// <summary>Answers with a number of things.</summary>
    public Refusal? ReturnCount(int count)
    {
        var writer = BeginResult();
        writer.WriteInteger(count);
        return Return(writer);
    }

    /// <summary>Answers with an id, or null.</summary>
    public Refusal? ReturnId(ulong? id)
    {
        var writer = BeginResult();
        if (id is { } known)
        {
            writer.WriteId(known);
        }
        else
        {
            writer.WriteNull();
        }

        return Return(writer);
    }

    /// <summary>Answers with a list of ids.</summary>
    public Refusal? ReturnIds(IReadOnlyCollection<ulong> ids)
    {
        var writer = BeginResult();
        writer.WriteIds(ids);
        return Return(writer);
    }

    private Refusal? Send(MessageWriter writer)
    {
        if (!writer.TryEnd(out var frame) || Caller.Peer.Send(frame, Batch) == SendOutcome.TooLong)
        {
            return Refusal.TooLong("result for the caller");
        }

        metrics.CallEnded(CallOutcome.Result);
        return null;
    }
}
