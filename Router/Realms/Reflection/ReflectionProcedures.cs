using System.Text;
using WampRouter.Realms.Authorization;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Dealer;
using WampRouter.Realms.Meta;
using WampRouter.Realms.Patterns;
using WampRouter.Realms.Peers;
using WampRouter.Realms.Policies;
using WampRouter.Realms.Uris;
using WampRouter.Wire;

namespace WampRouter.Realms.Reflection;

/// <summary>
/// The procedures that list, describe and define topics, procedures and errors (<c>rfc/text/advanced/interface_reflection.md</c>). The specification only sketches
/// them and gives names; <c>docs/reflection.md</c> says what they do here. A session sees only what its permissions allow.
/// </summary>
internal sealed class ReflectionProcedures(DefinitionTable definitions, EventBroker broker, Registrations registrations, UriTable uris)
{
    private static readonly ReflectedKind[] Kinds = [ReflectedKind.Topic, ReflectedKind.Procedure, ReflectedKind.Error];

    private static readonly Refusal WrongDefinition =
        Refusal.InvalidArgument("the second argument must be a dictionary whose 'type' is 'topic', 'procedure' or 'error', or null to take a definition back");

    /// <summary>The procedures, by URI.</summary>
    public IEnumerable<(string Uri, MetaProcedure Procedure)> All =>
    [
        ("wamp.reflection.topic.list", (in call) => List(call, ReflectedKind.Topic, Topics())),
        ("wamp.reflection.procedure.list", (in call) => List(call, ReflectedKind.Procedure, Procedures())),
        ("wamp.reflection.error.list", (in call) => List(call, ReflectedKind.Error, [])),
        ("wamp.reflection.topic.describe", (in call) => Describe(call, ReflectedKind.Topic)),
        ("wamp.reflection.procedure.describe", (in call) => Describe(call, ReflectedKind.Procedure)),
        ("wamp.reflection.error.describe", (in call) => Describe(call, ReflectedKind.Error)),
        ("wamp.reflect.describe", DescribeAll),
        ("wamp.reflect.define", Define),
    ];

    private Refusal? List(in MetaCall call, ReflectedKind kind, IEnumerable<byte[]> inUse)
    {
        var role = call.Role;
        var known = new SortedSet<string>(inUse.Select(Encoding.UTF8.GetString).Concat(definitions.List(kind)).Where(uri => MaySee(role, new(kind, uri))), StringComparer.Ordinal);
        var writer = call.BeginResult();
        writer.BeginList(known.Count);
        foreach (var uri in known)
        {
            writer.WriteText(uri);
        }

        writer.EndList();
        return call.Return(writer);
    }

    private Refusal? Describe(in MetaCall call, ReflectedKind kind)
    {
        if (ReadUri(call, out var uri) is { } refusal)
        {
            return refusal;
        }

        var key = new DefinitionKey(kind, uri);
        if (!MaySee(call.Role, key))
        {
            return NotAuthorized(call.Role, key, kind == ReflectedKind.Topic ? "subscribe or publish to" : "call or register");
        }

        var writer = call.BeginResult();
        if (definitions.Find(key) is not { } definition)
        {
            writer.WriteNull();
        }
        else if (!writer.TryWriteValue(definition.Value, out _))
        {
            return Refusal.NotExpressible("definition");
        }

        return call.Return(writer);
    }

    private Refusal? DescribeAll(in MetaCall call)
    {
        if (ReadUri(call, out var uri) is { } refusal)
        {
            return refusal;
        }

        var found = new List<Definition>(Kinds.Length);
        foreach (var kind in Kinds)
        {
            if (definitions.Find(new(kind, uri)) is { } definition && MaySee(call.Role, definition.Key))
            {
                found.Add(definition);
            }
        }

        var writer = call.BeginResult();
        writer.BeginList(found.Count);
        foreach (var definition in found)
        {
            if (!writer.TryWriteValue(definition.Value, out _))
            {
                return Refusal.NotExpressible("definition");
            }
        }

        writer.EndList();
        return call.Return(writer);
    }

    private Refusal? Define(in MetaCall call)
    {
        if (ReadUri(call, out var uri) is { } wrongUri)
        {
            return wrongUri;
        }

        var arguments = call.Arguments;
        arguments.TryReadNext(out _);
        if (!arguments.TryReadNext(out var value))
        {
            return WrongDefinition;
        }

        if (value.Kind == WireKind.Null)
        {
            return Undefine(call, uri);
        }

        if (value.Kind != WireKind.Dictionary || !value.AsDictionary().TryFind("type"u8, out var word) || !TryParse(word, out var kind))
        {
            return WrongDefinition;
        }

        var key = new DefinitionKey(kind, uri);
        if (!MayDefine(call.Role, key))
        {
            return NotAuthorized(call.Role, key, kind == ReflectedKind.Topic ? "subscribe or publish to" : "register");
        }

        var encoded = new TokenWriter(WireFormat.MessagePack);
        if (!PayloadTranscoder.TryTranscode(value.Format, value.Raw, 1, encoded, out var fault))
        {
            return Refusal.InvalidArgument($"the definition cannot be told to others: {fault}");
        }

        if (definitions.Put(new Definition(call.Caller, key, encoded.Output.Written.ToArray()), call.Batch, out var isNew) is { } refusal)
        {
            return refusal;
        }

        return call.ReturnBoolean(isNew);
    }

    private Refusal? Undefine(in MetaCall call, string uri)
    {
        var wanted = Kinds;
        if (call.TryFindKeyword("type"u8, out var word))
        {
            if (!TryParse(word, out var kind))
            {
                return Refusal.InvalidArgument("type must be 'topic', 'procedure' or 'error'");
            }

            wanted = [kind];
        }

        var wasThere = false;
        foreach (var kind in wanted)
        {
            wasThere |= definitions.Remove(call.Caller, new(kind, uri), call.Batch);
        }

        return call.ReturnBoolean(wasThere);
    }

    private Refusal? ReadUri(in MetaCall call, out string uri)
    {
        uri = "";
        if (!call.TryReadText(out var utf8))
        {
            return Refusal.InvalidArgument("the first argument must be a URI");
        }

        uri = Encoding.UTF8.GetString(utf8);
        return !WampUri.IsValid(utf8, uris.Check == UriCheck.Strict) ? Refusal.WrongUri(utf8, uris.Check)
            : WampUri.IsReserved(utf8) ? Refusal.ReservedUri(utf8)
            : null;
    }

    private static bool TryParse(in WireValue word, out ReflectedKind kind)
    {
        kind = word.TextEquals("topic"u8) ? ReflectedKind.Topic
            : word.TextEquals("procedure"u8) ? ReflectedKind.Procedure
            : ReflectedKind.Error;
        return word.TextEquals(ReflectionEvents.Word(kind));
    }

    private IEnumerable<byte[]> Topics() => broker.ListSubscriptions()
        .Where(subscription => subscription.Match == MatchPolicy.Exact && !WampUri.IsReserved(subscription.Uri))
        .Select(subscription => subscription.Uri);

    private IEnumerable<byte[]> Procedures() => registrations.List()
        .Where(registration => registration.Match == MatchPolicy.Exact)
        .Select(registration => registration.Uri);

    /// <summary>Whether a session with this role may see a definition: it may access or provide the URI. Errors have no permissions.</summary>
    private bool MaySee(Role role, DefinitionKey key) => key.Kind switch
    {
        ReflectedKind.Topic => Has(role, key.Uri, Permissions.Subscribe | Permissions.Publish),
        ReflectedKind.Procedure => Has(role, key.Uri, Permissions.Call | Permissions.Register),
        _ => true,
    };

    /// <summary>Whether a session with this role may define the URI. Only its callees may define a procedure. A topic may be defined from both ends, because either can be the service.</summary>
    private bool MayDefine(Role role, DefinitionKey key) => key.Kind switch
    {
        ReflectedKind.Procedure => Has(role, key.Uri, Permissions.Register),
        _ => MaySee(role, key),
    };

    private static Refusal NotAuthorized(Role role, DefinitionKey key, string action) =>
        Refusal.NotAuthorized(role, action, Encoding.UTF8.GetBytes(key.Uri));

    private bool Has(Role role, string uri, Permissions any) => (uris.Find(Encoding.UTF8.GetBytes(uri)).PermissionsOf(role) & any) != 0;
}
