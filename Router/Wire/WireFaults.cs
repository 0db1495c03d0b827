namespace WampRouter.Wire;

/// <summary>What can be wrong with an encoding whatever the format. Constant texts: they are sent to peers and logged, and cost nothing.</summary>
internal static class WireFaults
{
    public const string TooDeep = "lists and dictionaries are nested deeper than 64 levels";
    public const string NotUtf8 = "a text is not valid UTF-8";
    public const string Truncated = "the message ends too early, or a length in it is larger than the message";
    public const string KeyIsNotText = "a dictionary key is not text";
}
