using WampRouter.Client.Diagnostics;
using WampRouter.Wire;

namespace WampRouter.Client.Sessions;

/// <summary>A message with options. What is at its default is left out.</summary>
internal interface IOptions
{
    /// <summary>Names every option; called twice, to count and to write.</summary>
    void WriteOptions(ref OptionWriter options);
}

/// <summary>Counts options or writes them: a dictionary's size stands before its entries.</summary>
internal ref struct OptionWriter(TokenWriter? writer)
{
    private int _count;

    public static void Write<TMessage>(TokenWriter writer, in TMessage message)
        where TMessage : struct, IOptions
    {
        var counting = new OptionWriter(null);
        message.WriteOptions(ref counting);
        if (counting._count == 0)
        {
            writer.WriteEmptyDictionary();
            return;
        }

        writer.BeginDictionary(counting._count);
        var writing = new OptionWriter(writer);
        message.WriteOptions(ref writing);
        writer.EndDictionary();
    }

    /// <summary>A flag whose absence means false.</summary>
    public void Flag(ReadOnlySpan<byte> key, bool value)
    {
        if (value)
        {
            Key(key)?.WriteBoolean(true);
        }
    }

    /// <summary>A flag whose absence means true.</summary>
    public void FlagUnlessTrue(ReadOnlySpan<byte> key, bool value)
    {
        if (!value)
        {
            Key(key)?.WriteBoolean(false);
        }
    }

    public void Integer(ReadOnlySpan<byte> key, long? value)
    {
        if (value is { } number)
        {
            Key(key)?.WriteInteger(number);
        }
    }

    public void Text(ReadOnlySpan<byte> key, string? value)
    {
        if (value is not null)
        {
            Key(key)?.WriteText(value);
        }
    }

    public void Shard(ReadOnlySpan<byte> key, WampShardKey? value)
    {
        Text(key, value?.Text);
        Integer(key, value is { Text: null } number ? number.Number : null);
    }

    public void Match(WampMatch match) =>
        Text("match"u8, match switch { WampMatch.Prefix => "prefix", WampMatch.Wildcard => "wildcard", _ => null });

    public void Passthru(WampPassthru? passthru)
    {
        Text("ppt_scheme"u8, passthru?.Scheme);
        Text("ppt_serializer"u8, passthru?.Serializer);
        Text("ppt_cipher"u8, passthru?.Cipher);
        Text("ppt_keyid"u8, passthru?.KeyId);
    }

    /// <summary>Attributes of our own: routers that do not know them pass them over.</summary>
    public void Trace(TraceContext trace)
    {
        Text(TraceContext.ParentKey, trace.Parent);
        Text(TraceContext.StateKey, trace.Parent is null ? null : trace.State);
    }

    public void Ids(ReadOnlySpan<byte> key, IReadOnlyList<long>? ids)
    {
        if (ids is null || Key(key) is not { } writer)
        {
            return;
        }

        writer.BeginList(ids.Count);
        foreach (var id in ids)
        {
            writer.WriteInteger(id);
        }

        writer.EndList();
    }

    public void Names(ReadOnlySpan<byte> key, IReadOnlyList<string>? names)
    {
        if (names is null || Key(key) is not { } writer)
        {
            return;
        }

        writer.BeginList(names.Count);
        foreach (var name in names)
        {
            writer.WriteText(name);
        }

        writer.EndList();
    }

    private TokenWriter? Key(ReadOnlySpan<byte> key)
    {
        _count++;
        writer?.WriteKey(key);
        return writer;
    }
}
