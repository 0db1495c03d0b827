namespace WampRouter.Client.Rpc;

/// <summary>What a procedure is called with: everything at once, or pieces as they come.</summary>
internal readonly struct CallArguments
{
    private CallArguments(WampPayload? whole, IAsyncEnumerable<WampPayload>? pieces) => (Whole, Pieces) = (whole, pieces);

    public WampPayload? Whole { get; }

    public IAsyncEnumerable<WampPayload>? Pieces { get; }

    public static CallArguments AtOnce(WampPayload? arguments) => new(arguments, null);

    public static CallArguments InPieces(IAsyncEnumerable<WampPayload> pieces) => new(null, pieces);
}
