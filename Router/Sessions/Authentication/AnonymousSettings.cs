namespace WampRouter.Sessions.Authentication;

/// <summary>Who may join without proof, and from where.</summary>
internal sealed record AnonymousSettings : MethodSettings
{
    /// <summary>The name of the method.</summary>
    public const string MethodName = "anonymous";

    /// <inheritdoc />
    public override string Method => MethodName;

    /// <summary>The authrole of such sessions.</summary>
    public required string Role { get; init; }

    /// <summary>Whether clients that are not on this machine are refused.</summary>
    public bool LoopbackOnly { get; init; }

    /// <inheritdoc />
    public override bool IsPartlyLoopbackOnly => LoopbackOnly;

    /// <inheritdoc />
    public override IAuthenticationMethod Create(MethodServices services) => new AnonymousMethod(this);

    /// <inheritdoc />
    public override string Describe() => LoopbackOnly ? $"{Method}, from this machine only" : Method;
}
