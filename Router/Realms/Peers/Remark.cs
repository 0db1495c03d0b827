using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Policies;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>
/// What is odd about a request: it is not allowed, its URI is invalid, it was dropped without an answer, or it probably does not mean what the client thinks. Or about an EVENT: the
/// receiver does not get it. The text is made only when it is logged. Borrows the request.
/// </summary>
internal readonly ref struct Remark
{
    private readonly Role? _role;
    private readonly MatchPolicy _match;
    private readonly Refusal? _refusal;
    private readonly WireFormat _format;        // the format of the receiver, for an EVENT

    /// <param name="member">The session that made the request.</param>
    /// <param name="role">Its role.</param>
    /// <param name="request">PUBLISH, SUBSCRIBE, CALL or REGISTER.</param>
    /// <param name="match">How its URI is compared.</param>
    /// <param name="refusal">Why it is refused; null where it is not.</param>
    public Remark(MemberIdentity member, Role role, in WampMessage request, MatchPolicy match, Refusal? refusal)
    {
        (Member, _role, _match, _refusal) = (member, role, match, refusal);
        Request = request.Code;
        Uri = request.Text;
    }

    private Remark(MemberIdentity receiver, WireFormat format, ReadOnlySpan<byte> topic)
    {
        (Member, _format) = (receiver, format);
        Request = MessageCode.Event;
        Uri = topic;
    }

    /// <summary>The session that made the request, or would have got the EVENT.</summary>
    public MemberIdentity Member { get; }

    /// <summary>The kind of request; EVENT for a remark about an EVENT.</summary>
    public MessageCode Request { get; }

    /// <summary>Its URI or pattern.</summary>
    public ReadOnlySpan<byte> Uri { get; }

    /// <summary>Whether the client is not told, because it asked for no acknowledgement.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether there is anything to log.</summary>
    public bool IsWorthALine => Request is MessageCode.Event || (_refusal is { } reason
        ? IsSilent || reason.Error is WampErrors.NotAuthorized or WampErrors.InvalidUri
        : Request is MessageCode.Subscribe or MessageCode.Register && Uri.Contains((byte)'*'));

    /// <summary>A member gets no EVENT of a publication, because its serializer cannot express the arguments; only the log can tell why the EVENT is missing.</summary>
    /// <param name="receiver">The member.</param>
    /// <param name="format">The format of its messages.</param>
    /// <param name="topic">The topic in UTF-8.</param>
    public static Remark OfLeftOut(MemberIdentity receiver, WireFormat format, ReadOnlySpan<byte> topic) => new(receiver, format, topic);

    /// <summary>The remark as a text for people.</summary>
    public override string ToString() => _refusal switch
    {
        null when Request is MessageCode.Event =>
            $"an EVENT of {UriText.Quote(Uri)} was left out: its arguments cannot be expressed in {_format.Name()}, or grow beyond what the transport carries; counted in wamp_router.events",
        null => $"{Action} {UriText.Quote(Uri)} was taken, but '*' is no wildcard in WAMP and stands for itself{WhatWasMeant}",
        { Error: WampErrors.InvalidUri, Message: var message } => $"{Request.Name()} refused, {message}{Silence}",
        { IsByAuthorizer: true } => $"{Action} {UriText.Quote(Uri)} denied, the realm's authorizer does not allow it{Silence}",
        { Error: WampErrors.NotAuthorized, Message: var message } => $"{Action} {UriText.Quote(Uri)} denied, {_role!.WhyDenied(Uri, _match, Wanted, wholly: Request == MessageCode.Register) ?? message}{Silence}",
        { Message: var message } => $"{Action} {UriText.Quote(Uri)} refused, {message}{Silence}",
    };

    private string Action => Request switch
    {
        MessageCode.Publish => "publish to",
        MessageCode.Subscribe => "subscribe to",
        MessageCode.Register => "register",
        _ => "call",
    };

    private Permissions Wanted => Request switch
    {
        MessageCode.Publish => Permissions.Publish,
        MessageCode.Subscribe => Permissions.Subscribe,
        MessageCode.Register => Permissions.Register,
        _ => Permissions.Call,
    };

    private string Silence => IsSilent ? "; the client asked for no acknowledgement and was not told" : "";

    private string WhatWasMeant => UriText.WithoutAsterisk(Encoding.UTF8.GetString(Uri)) is (var pattern, var shape)
        ? $": for a pattern it would be {UriText.Quote(pattern)} with the option match '{(shape == UriShape.Prefix ? "prefix" : "wildcard")}'"
        : "";
}
