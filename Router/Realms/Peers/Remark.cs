using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Patterns;
using WampRouter.Wire;

namespace WampRouter.Realms.Peers;

/// <summary>
/// What is odd about a request: that it is not allowed, that its URI is none, that it was dropped without an answer, or that it cannot mean what its author thinks. Or about an EVENT: that its
/// receiver does not get it. Texts are made only for what is logged. Borrows the request.
/// </summary>
internal readonly ref struct Remark
{
    private readonly Role _role;
    private readonly MatchPolicy _match;
    private readonly Refusal? _refusal;
    private readonly WireFormat _format;        // the receiver's, of an EVENT

    /// <param name="member">Who made the request.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="request">PUBLISH, SUBSCRIBE, CALL or REGISTER.</param>
    /// <param name="match">How its URI is meant.</param>
    /// <param name="refusal">Why it is refused; null where it is not.</param>
    public Remark(MemberIdentity member, Role role, in WampMessage request, MatchPolicy match, Refusal? refusal)
    {
        (Member, _role, _match, _refusal) = (member, role, match, refusal);
        Request = request.Code;
        Uri = request.Text;
    }

    private Remark(MemberIdentity receiver, Role role, WireFormat format, ReadOnlySpan<byte> topic)
    {
        (Member, _role, _format) = (receiver, role, format);
        Request = MessageCode.Event;
        Uri = topic;
    }

    /// <summary>Who made it.</summary>
    public MemberIdentity Member { get; }

    /// <summary>The kind of request; EVENT where it is about one.</summary>
    public MessageCode Request { get; }

    /// <summary>Its URI or pattern.</summary>
    public ReadOnlySpan<byte> Uri { get; }

    /// <summary>Whether its author is not told, because no acknowledgement was asked for.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether there is anything to say.</summary>
    public bool IsWorthALine => Request is MessageCode.Event || (_refusal is { } reason
        ? IsSilent || reason.Error is WampErrors.NotAuthorized or WampErrors.InvalidUri
        : Request is MessageCode.Subscribe or MessageCode.Register && Uri.Contains((byte)'*'));

    /// <summary>A member gets no EVENT of a publication whose arguments its serializer cannot express: its client would look for that in vain.</summary>
    /// <param name="receiver">Who.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="format">What its messages are encoded in.</param>
    /// <param name="topic">In UTF-8.</param>
    public static Remark OfLeftOut(MemberIdentity receiver, Role role, WireFormat format, ReadOnlySpan<byte> topic) => new(receiver, role, format, topic);

    /// <summary>What is odd about it, for people.</summary>
    public override string ToString() => _refusal switch
    {
        null when Request is MessageCode.Event =>
            $"an EVENT of {UriText.Quote(Uri)} was left out: its arguments cannot be expressed in {_format}, or grow beyond what the transport carries; counted in wamp.events.dropped",
        null => $"{Action} {UriText.Quote(Uri)} was taken, but '*' is no wildcard in WAMP and stands for itself{WhatWasMeant}",
        { Error: WampErrors.InvalidUri, Message: var message } => $"{Request.Name()} refused, {message}{Silence}",
        { Error: WampErrors.NotAuthorized, Message: var message } => $"{Action} {UriText.Quote(Uri)} denied, {_role.WhyDenied(Uri, _match, Wanted, wholly: Request == MessageCode.Register) ?? message}{Silence}",
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
