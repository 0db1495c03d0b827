using WampRouter.Realms.Metrics;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Quotas;
using WampRouter.Wire;

namespace WampRouter.Realms.Members;

/// <summary>When a testament is published (<c>rfc/text/advanced/pubsub_testament.md</c>). For a session that cannot be resumed both moments coincide, in this order.</summary>
internal enum TestamentScope : byte
{
    /// <summary>The session has lost its connection.</summary>
    Detached,

    /// <summary>The session has ended.</summary>
    Destroyed,
}

/// <summary>A PUBLISH that waits for its session to end.</summary>
/// <param name="Scope">When to publish it.</param>
/// <param name="Topic">The topic.</param>
/// <param name="Format">How options and arguments are encoded.</param>
/// <param name="Options">PUBLISH.Options without <c>acknowledge</c>: the client will not be there for the answer.</param>
/// <param name="Arguments">Arguments and ArgumentsKw: see <see cref="Payload.ToArray"/>.</param>
/// <param name="Elements">How many of the two are present.</param>
internal sealed record Testament(TestamentScope Scope, byte[] Topic, WireFormat Format, byte[] Options, byte[] Arguments, int Elements)
{
    private const int OverheadBytes = 160;

    /// <summary>Roughly the memory it takes.</summary>
    public int SizeInBytes => OverheadBytes + Topic.Length + Options.Length + Arguments.Length;

    /// <summary>The PUBLISH, as if the session had sent it.</summary>
    public WampMessage ToPublish() => new()
    {
        Code = MessageCode.Publish,
        Format = Format,
        Text = Topic,
        Options = Options,
        Payload = new Payload(Format, Arguments, Elements),
    };
}

/// <summary>The testaments of one session, in the order they were added. Bounded in number and bytes. Any thread.</summary>
internal sealed class Testaments(SessionQuota quota)
{
    private readonly Lock _gate = new();      // lock order: Testaments -> SessionQuota
    private readonly List<Testament> _inOrder = [];

    /// <summary>Says why a testament of at least this many bytes could not be added now; null: it could.</summary>
    public Refusal? Judge(int bytes)
    {
        lock (_gate)
        {
            if (quota.Take(Resource.Testaments, 1, Resource.TestamentBytes, bytes) is { } refusal)
            {
                return refusal;
            }

            quota.Give(Resource.Testaments, Resource.TestamentBytes, bytes);
            return null;
        }
    }

    /// <summary>Adds a testament, or says why not.</summary>
    public Refusal? Add(Testament testament)
    {
        lock (_gate)
        {
            if (quota.Take(Resource.Testaments, 1, Resource.TestamentBytes, testament.SizeInBytes) is { } refusal)
            {
                return refusal;
            }

            _inOrder.Add(testament);
            return null;
        }
    }

    /// <summary>Forgets the testaments of one scope.</summary>
    public void Flush(TestamentScope scope)
    {
        lock (_gate)
        {
            Forget(testament => testament.Scope == scope);
        }
    }

    /// <summary>Takes the testaments of this scope and those before it, in the order in which they are published.</summary>
    public IReadOnlyList<Testament> TakeUpTo(TestamentScope last)
    {
        lock (_gate)
        {
            Testament[] due = [.. _inOrder.Where(testament => testament.Scope <= last).OrderBy(testament => testament.Scope)];      // a stable sort
            Forget(testament => testament.Scope <= last);
            return due;
        }
    }

    private void Forget(Predicate<Testament> isMeant)
    {
        foreach (var testament in _inOrder.FindAll(isMeant))
        {
            quota.Give(Resource.Testaments, Resource.TestamentBytes, testament.SizeInBytes);
        }

        _inOrder.RemoveAll(isMeant);
    }
}
