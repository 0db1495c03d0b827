using WampRouter.Wire;

namespace WampRouter.Realms.Meta;

/// <summary>Answers one procedure of the router. Returns why it is refused; null: it is answered.</summary>
internal delegate Refusal? MetaProcedure(in MetaCall call);

/// <summary>A CALL to the router itself, and the way to answer it. Borrows the caller's message.</summary>
internal readonly ref struct MetaCall(Member caller, in WampMessage call, FlushBatch batch)
{
    private const int ResultElements = 4;

    private readonly ulong _request = call.Request;
    private readonly Payload _payload = call.Payload;

    /// <summary>Who calls.</summary>
    public Member Caller { get; } = caller;

    /// <summary>Where what it causes is noted.</summary>
    public FlushBatch Batch { get; } = batch;

    /// <summary>The positional arguments.</summary>
    public ListReader Arguments => _payload.ReadArguments();

    /// <summary>The keyword arguments.</summary>
    public DictionaryReader Keywords => _payload.ReadArgumentsKw();

    /// <summary>The first positional argument, which must be an id.</summary>
    public bool TryReadId(out ulong id)
    {
        id = 0;
        return Arguments.TryReadNext(out var value) && value.TryGetId(out id);
    }

    /// <summary>A keyword argument that is there and not null.</summary>
    public bool TryFindKeyword(ReadOnlySpan<byte> name, out WireValue value) => Keywords.TryFind(name, out value) && value.Kind != WireKind.Null;

    /// <summary>Starts a RESULT of one positional result: write exactly that, then <see cref="Return(MessageWriter)"/>.</summary>
    public MessageWriter BeginResult()
    {
        var writer = MessageWriter.ForThread(Caller.Peer.Encoding);
        writer.Begin(MessageCode.Result, ResultElements);
        writer.WriteId(_request);
        writer.WriteEmptyDictionary();
        writer.BeginList(1);
        return writer;
    }

    /// <summary>Sends a result that is written.</summary>
    public void Return(MessageWriter writer)
    {
        writer.EndList();
        Caller.Peer.Send(writer.End(), Batch);
    }

    /// <summary>Answers without a result.</summary>
    public void ReturnNothing()
    {
        var writer = MessageWriter.ForThread(Caller.Peer.Encoding);
        writer.Begin(MessageCode.Result, ResultElements - 1);
        writer.WriteId(_request);
        writer.WriteEmptyDictionary();
        Caller.Peer.Send(writer.End(), Batch);
    }

    /// <summary>Answers with a number of things.</summary>
    public void ReturnCount(int count)
    {
        var writer = BeginResult();
        writer.WriteInteger(count);
        Return(writer);
    }

    /// <summary>Answers with an id, or null.</summary>
    public void ReturnId(ulong? id)
    {
        var writer = BeginResult();
        if (id is { } known)
        {
            writer.WriteId(known);
        }
        else
        {
            writer.WriteNull();
        }

        Return(writer);
    }

    /// <summary>Answers with a list of ids.</summary>
    public void ReturnIds(IReadOnlyCollection<ulong> ids)
    {
        var writer = BeginResult();
        writer.WriteIds(ids);
        Return(writer);
    }
}

/// <summary>What several answers of the router are made of.</summary>
internal static class MetaValues
{
    /// <summary>Writes a list of ids.</summary>
    public static void WriteIds(this MessageWriter writer, IReadOnlyCollection<ulong> ids)
    {
        writer.BeginList(ids.Count);
        foreach (var id in ids)
        {
            writer.WriteId(id);
        }

        writer.EndList();
    }

    /// <summary>Writes an entry whose value is a text.</summary>
    public static void WriteEntry(this MessageWriter writer, ReadOnlySpan<byte> key, string value)
    {
        writer.WriteKey(key);
        writer.WriteText(value);
    }
}
