using System.Globalization;

namespace WampRouter.Client.Serialization;

/// <summary>What received arguments belong to.</summary>
internal enum ArgumentRole : byte
{
    /// <summary>Something without a name.</summary>
    Unknown,

    /// <summary>A call of a procedure of this client's.</summary>
    Invocation,

    /// <summary>The answer of a procedure.</summary>
    Result,

    /// <summary>An event.</summary>
    Event,

    /// <summary>An error that somebody answered with.</summary>
    Error,
}

/// <summary>
/// Where received arguments come from: that decides who is told that one of them is not what it is read as. Of an invocation it is the caller's mistake; of anything else
/// whoever reads it has to know, and must not take it for a refusal of the other side.
/// </summary>
/// <param name="Role">What they belong to.</param>
/// <param name="Name">Its URI.</param>
internal readonly record struct ArgumentOrigin(ArgumentRole Role, string Name)
{
    /// <summary>The exception for a positional argument.</summary>
    /// <param name="index">Its position.</param>
    /// <param name="name">The parameter it is for; null where it has none.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="fault">What is wrong, as the rest of a sentence that begins with the argument.</param>
    /// <param name="cause">What the serializer threw.</param>
    public Exception Unreadable(int index, string? name, int count, string fault, Exception? cause = null)
    {
        var isWhole = Role == ArgumentRole.Result && index == 0 && count <= 1;
        var position = index.ToString(CultureInfo.InvariantCulture);
        return Because(isWhole ? $"The result of '{Name}'" : In(name is null ? $"Argument {position}" : $"Argument {position} ('{name}')"), fault, cause);
    }

    /// <summary>The exception for a positional argument that is not there.</summary>
    public Exception Missing(int index, string? name, int count) =>
        Unreadable(index, name, count, Role == ArgumentRole.Result && count == 0 ? " is missing: it answered with nothing" : FormattableString.Invariant($" is missing: there are {count}"));

    /// <summary>The exception for a named argument.</summary>
    public Exception Unreadable(string name, string fault, Exception? cause = null) => Because(In($"Argument '{name}'"), fault, cause);

    /// <summary>The exception for arguments that are too many.</summary>
    public Exception TooMany(string fault) => Because($"'{Name}'", fault, null);

    private Exception Because(string what, string fault, Exception? cause) => Role is ArgumentRole.Invocation or ArgumentRole.Unknown
        ? new WampException(WampErrorUri.InvalidArgument, $"{what}{fault}.", cause)
        : new WampSerializationException($"{what}{fault}.", cause);

    private string In(string argument) => Role switch
    {
        ArgumentRole.Invocation => $"{argument} of '{Name}'",
        ArgumentRole.Result => $"{argument} of the result of '{Name}'",
        ArgumentRole.Event => $"{argument} of the event of '{Name}'",
        ArgumentRole.Error => $"{argument} of the error '{Name}'",
        _ => argument,
    };
}
