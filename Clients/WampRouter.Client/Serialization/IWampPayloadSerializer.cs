using System.Buffers;

namespace WampRouter.Client;

/// <summary>
/// Turns one argument into one JSON value and back. The client does the rest: on a MessagePack or CBOR connection it transcodes
/// that JSON, where a string of U+0000 and base64 stands for binary. Implementations must be safe on any thread.
/// </summary>
public interface IWampPayloadSerializer
{
    /// <summary>Writes one value.</summary>
    /// <param name="output">Where to append the value as UTF-8 JSON without byte order mark.</param>
    /// <param name="value">The argument; its runtime type decides.</param>
    void Serialize(IBufferWriter<byte> output, object? value);

    /// <summary>Reads one value.</summary>
    /// <typeparam name="T">What to read it as.</typeparam>
    /// <param name="json">The value as UTF-8 JSON; borrowed for this call.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FormatException">The value is not a <typeparamref name="T"/>; its message says why.</exception>
    T? Deserialize<T>(ReadOnlySpan<byte> json);

    /// <summary>Reads one value of a type known only at run time, for the parameters of attributed methods.</summary>
    /// <param name="json">The value as UTF-8 JSON; borrowed for this call.</param>
    /// <param name="type">What to read it as.</param>
    /// <returns>The value.</returns>
    /// <exception cref="FormatException">The value is not of the type; its message says why.</exception>
    object? Deserialize(ReadOnlySpan<byte> json, Type type);
}
