using WampRouter.Tests.Hostile;
using WampRouter.Tests.Wire;
using WampRouter.Wire;

namespace WampRouter.Fuzzing;

/// <summary>Something that takes bytes, whatever they are: an exception is a failure.</summary>
internal abstract class Target
{
    /// <summary>Longer inputs are cut.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>The target of a name; null where there is none.</summary>
    public static Target? Find(string name)
    {
        foreach (var format in Enum.GetValues<WireFormat>())
        {
            if (string.Equals(name, $"wire-{format}", StringComparison.OrdinalIgnoreCase))
            {
                return new WireTarget(format);
            }

            if (string.Equals(name, $"session-{format}", StringComparison.OrdinalIgnoreCase))
            {
                return new SessionTarget(format);
            }
        }

        return null;
    }

    /// <summary>Inputs that are as they should be.</summary>
    public abstract IEnumerable<byte[]> Seeds();

    /// <summary>Takes one input.</summary>
    public abstract void Take(ReadOnlySpan<byte> input);

    /// <summary>What clients and routers say.</summary>
    protected static IEnumerable<byte[]> Messages(WireFormat format) => SpoiledMessages.OfClients.Concat(SpoiledMessages.OfRouters).Select(message => ReferenceCodec.Encode(format, message));

    /// <summary>What must hold.</summary>
    protected static void Expect(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }
}
