using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace WampRouter.Client;

/// <summary>
/// What serializers would write as <c>{}</c>, or as an object of properties that nobody can make the value of again: refused, both when it is written and when
/// something is to be read as it.
/// </summary>
internal static class UnwritableTypes
{
    /// <summary>Why a type is refused whatever its properties are, and what to send instead; null if it is not.</summary>
    public static string? Explain(Type type) => type switch
    {
        _ when typeof(WampPayload).IsAssignableFrom(type) || type == typeof(WampArguments) => "it is all of a message's arguments: return or pass it by itself, not inside of something",
        _ when type == typeof(WampEvent) || type == typeof(WampInvocation) => "send its Arguments",
        _ when typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask) || IsGeneric(type, typeof(ValueTask<>)) => "await it, and send its result",
        _ when type == typeof(CancellationToken) || type == typeof(CancellationTokenSource) => "a cancellation stays in this process; cancel the call instead",
        _ when typeof(Stream).IsAssignableFrom(type) || typeof(TextReader).IsAssignableFrom(type) => "read it, and send what was read: as byte[], as text, or piece by piece",
        _ when typeof(TextWriter).IsAssignableFrom(type) || type == typeof(StringBuilder) => "send its ToString()",
        _ when typeof(Delegate).IsAssignableFrom(type) => "a function cannot be sent; register it as a procedure and send the procedure's URI",
        _ when typeof(MemberInfo).IsAssignableFrom(type) || typeof(Assembly).IsAssignableFrom(type) => "send its name",
        _ when typeof(Exception).IsAssignableFrom(type) => "send its message, or throw a WampException",
        _ when type == typeof(IPAddress) || typeof(EndPoint).IsAssignableFrom(type) => "send its ToString()",
        _ when type == typeof(nint) || type == typeof(nuint) || type.IsPointer || typeof(SafeHandle).IsAssignableFrom(type) || typeof(WaitHandle).IsAssignableFrom(type) || type == typeof(Thread)
            => "it means something in this process only",
        _ when IsAsynchronous(type) => "send its items piece by piece: with CallAsync(procedure, pieces), or with ReportProgressAsync",
        _ => null,
    };

    /// <summary>Whether a type is one of .NET that its serializers may not know.</summary>
    public static bool IsOfFramework(Type type) =>
        type.Namespace is { } space && (space == nameof(System) || space.StartsWith("System.", StringComparison.Ordinal)) && !IsGeneric(type, typeof(KeyValuePair<,>));

    /// <summary>An empty class says all it has to say by <c>{}</c>.</summary>
    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "Where trimming has removed fields, a type may be taken for one without state.")]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "As above.")]
    public static bool HasState(Type type)
    {
        for (Type? declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            if (declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length > 0)
            {
                return true;
            }
        }

        return false;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "The interface stays where something is enumerated by it.")]
    private static bool IsAsynchronous(Type type) => IsGeneric(type, typeof(IAsyncEnumerable<>)) || type.GetInterfaces().Any(i => IsGeneric(i, typeof(IAsyncEnumerable<>)));

    private static bool IsGeneric(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    /// <summary>The exception that refuses it.</summary>
    public static NotSupportedException Refusal(Type type, string why) => new($"'{type}' is not sent as an argument: {why}.");
}
