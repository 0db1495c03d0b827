namespace WampRouter.Client.Generators;

/// <summary>What a parameter is for.</summary>
internal enum ParameterRole
{
    /// <summary>The next positional argument.</summary>
    Positional,

    /// <summary>A named argument.</summary>
    Named,

    /// <summary>The arguments in pieces.</summary>
    Pieces,

    /// <summary>The call's cancellation token.</summary>
    Cancellation,

    /// <summary>The call as the callee sees it.</summary>
    Invocation,

    /// <summary>The event as the subscriber sees it.</summary>
    Event,

    /// <summary>How to call or publish.</summary>
    Options,
}

/// <summary>A parameter of a method.</summary>
/// <param name="Name">Its name in code, escaped where it is a keyword.</param>
/// <param name="WireName">Its name on the wire.</param>
/// <param name="Type">Its type.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Piece">Of arguments in pieces, the type of one; otherwise empty.</param>
/// <param name="Default">What it is when it is left out, as code; <see langword="null"/>: it may not be.</param>
internal sealed record ParameterModel(string Name, string WireName, string Type, ParameterRole Role, string Piece, string? Default)
{
    /// <summary>Whether it is left out when it is null.</summary>
    public bool IsAbsentIfNull => Default == "null";
}
