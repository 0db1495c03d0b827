using WampRouter.Delivery;
using WampRouter.Realms.Broker;
using WampRouter.Realms.Members;

namespace WampRouter.Realms.Reflection;

/// <summary>Publishes changes of definitions (<c>rfc/text/advanced/interface_reflection.md</c> "Reflection Events and Procedures") to all subscribers except the session that causes them.</summary>
internal sealed class ReflectionEvents(PublicationRouting publications)
{
    /// <summary>Another definition is in effect.</summary>
    public void Defined(Member session, Definition definition, bool isNew, FlushBatch batch) => publications.PublishInternal(
        "wamp.reflect.on_define"u8,
        (definition, isNew),
        static (writer, defined) =>
        {
            writer.BeginList(3);
            writer.WriteText(defined.definition.Key.Uri);
            writer.WriteValue(defined.definition.Value);
            writer.WriteBoolean(defined.isNew);
            writer.EndList();
        },
        batch,
        except: session);

    /// <summary>No definition is left.</summary>
    public void Undefined(Member session, DefinitionKey key, FlushBatch batch) => publications.PublishInternal(
        "wamp.reflect.on_undefine"u8,
        key,
        static (writer, undefined) =>
        {
            writer.BeginList(2);
            writer.WriteText(undefined.Uri);
            writer.WriteText(Word(undefined.Kind));
            writer.EndList();
        },
        batch,
        except: session);

    /// <summary>The word for a kind.</summary>
    public static ReadOnlySpan<byte> Word(ReflectedKind kind) => kind switch
    {
        ReflectedKind.Topic => "topic"u8,
        ReflectedKind.Procedure => "procedure"u8,
        _ => "error"u8,
    };
}
