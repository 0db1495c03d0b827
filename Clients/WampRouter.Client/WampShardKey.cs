namespace WampRouter.Client;

/// <summary>What the router shares events or calls out by: a text or a number. Both convert to it.</summary>
public readonly record struct WampShardKey
{
    private WampShardKey(string? text, long number) => (Text, Number) = (text, number);

    internal string? Text { get; }

    internal long Number { get; }

    /// <summary>A text as a key.</summary>
    /// <param name="text">The text.</param>
    public static implicit operator WampShardKey(string text) => FromString(text);

    /// <summary>A number as a key.</summary>
    /// <param name="number">The number.</param>
    public static implicit operator WampShardKey(long number) => FromInt64(number);

    /// <summary>A text as a key.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The key.</returns>
    public static WampShardKey FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(text, 0);
    }

    /// <summary>A number as a key.</summary>
    /// <param name="number">The number.</param>
    /// <returns>The key.</returns>
    public static WampShardKey FromInt64(long number) => new(null, number);

    /// <summary>The key.</summary>
    /// <returns>The text, or the number.</returns>
    public override string ToString() => Text ?? Number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
