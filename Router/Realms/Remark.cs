using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Wire;

namespace WampRouter.Realms;

/// <summary>
/// What is odd about a request: that it is not allowed, that its URI is none, that it was dropped without an answer, or that it cannot mean what its author thinks.
/// Texts are made only for what is logged. Borrows the request.
/// </summary>
/// <param name="member">Who made it.</param>
/// <param name="request">PUBLISH, SUBSCRIBE, CALL or REGISTER.</param>
/// <param name="match">How its URI is meant.</param>
/// <param name="refusal">Why it is refused; null where it is not.</param>
internal readonly ref struct Remark(Member member, in WampMessage request, MatchPolicy match, Refusal? refusal)
{
    /// <summary>Who made it.</summary>
    public MemberIdentity Member => member.Identity;

    /// <summary>The kind of request.</summary>
    public MessageCode Request { get; } = request.Code;

    /// <summary>Its URI or pattern.</summary>
    public ReadOnlySpan<byte> Uri { get; } = request.Text;

    /// <summary>Whether its author is not told, because no acknowledgement was asked for.</summary>
    public bool IsSilent { get; init; }

    /// <summary>Whether there is anything to say.</summary>
    public bool IsWorthALine => refusal is { } reason
        ? IsSilent || reason.Error is WampErrors.NotAuthorized or WampErrors.InvalidUri
        : Request is MessageCode.Subscribe or MessageCode.Register && Uri.Contains((byte)'*');

    /// <summary>What is odd about it, for people.</summary>
    public override string ToString() => refusal switch
    {
        null => $"{Action} {UriText.Quote(Uri)} was taken, but '*' is no wildcard in WAMP and stands for itself{WhatWasMeant}",
        { Error: WampErrors.InvalidUri, Message: var message } => $"{Request.Name()} refused, {message}{Silence}",
        { Error: WampErrors.NotAuthorized, Message: var message } => $"{Action} {UriText.Quote(Uri)} denied, {member.Role.WhyDenied(Uri, match, Wanted, wholly: Request == MessageCode.Register) ?? message}{Silence}",
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
