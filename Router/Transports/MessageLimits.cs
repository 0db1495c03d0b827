namespace WampRouter.Transports;

/// <summary>How much of a message is kept: all of it up to a limit, and of one beyond that only its head, which says who is to be answered.</summary>
/// <param name="MessageBytes">The largest message that is taken.</param>
internal readonly record struct MessageLimits(int MessageBytes)
{
    private const int MostHeadBytes = 64 * 1024;

    /// <summary>How much is kept of a message that is too large: type, ids, and options of any reasonable size.</summary>
    public int HeadBytes => Math.Min(MessageBytes, MostHeadBytes);

    /// <summary>What JSON has between its tokens. A message of another format begins with none of these bytes.</summary>
    public static ReadOnlySpan<byte> Blanks => " \t\r\n"u8;

    /// <summary>What is kept of a message that is too large. Blanks before it say nothing and take no room.</summary>
    public ReadOnlySpan<byte> HeadOf(ReadOnlySpan<byte> message)
    {
        var head = message.TrimStart(Blanks);
        return head[..Math.Min(head.Length, HeadBytes)];
    }
}
