using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using WampRouter.Client;
using WampRouter.Client.Newtonsoft;
using WampRouter.Tests.Clients.Contracts;
using WampRouter.Tests.Doubles;

namespace WampRouter.Tests.Clients;

/// <summary>Every public method of the client, with each argument that must be there left out in turn: it says which one is missing, before it does anything.</summary>
internal sealed class NullArgumentTests
{
    private static readonly WampClient Client = new(new Uri("ws://localhost:1/ws"), "realm1");

    /// <summary>What a method is called on, and what it is given where that is not what is left out.</summary>
    private static readonly Dictionary<Type, object> Samples = new()
    {
        [typeof(WampClient)] = Client,
        [typeof(IWampClient)] = Client,
        [typeof(string)] = "com.example.x",
        [typeof(Uri)] = new Uri("ws://localhost:1/ws"),
        [typeof(WampPayload)] = new WampPayload(),
        [typeof(WampArguments)] = WampArguments.Empty,
        [typeof(WampPassthru)] = new WampPassthru("x_mine"),
        [typeof(WampJsonSerializer)] = WampJsonSerializer.Default,
        [typeof(WampNewtonsoftSerializer)] = new WampNewtonsoftSerializer(),
        [typeof(WampWebSocketTransport)] = new WampWebSocketTransport(new Uri("ws://localhost:1/ws")),
        [typeof(WampPipeTransport)] = new WampPipeTransport((_, _) => throw new IOException("nobody listens")),
        [typeof(System.Buffers.IBufferWriter<byte>)] = new System.Buffers.ArrayBufferWriter<byte>(),
        [typeof(IReadOnlyList<string>)] = new[] { "wamp.2.json" },
        [typeof(IAsyncEnumerable<WampPayload>)] = AsyncEnumerable.Empty<WampPayload>(),
        [typeof(IEnumerable<WampEvent>)] = Array.Empty<WampEvent>(),
        [typeof(object)] = new object(),
        [typeof(IShop)] = new Shop(),
    };

    private static IEnumerable<TestCaseData> Arguments =>
        from type in typeof(WampClient).Assembly.GetExportedTypes()
        where (type.IsAbstract && type.IsSealed) || Samples.ContainsKey(type)
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        where !method.IsDefined(typeof(CompilerGeneratedAttribute)) && !method.GetParameters().Any(parameter => parameter.ParameterType.IsByRefLike || parameter.IsOut)
        let closed = method.IsGenericMethodDefinition ? method.MakeGenericMethod([.. method.GetGenericArguments().Select(Closing)]) : method
        from index in Enumerable.Range(0, method.GetParameters().Length)
        where MustBeThere(method.GetParameters()[index])
        select new TestCaseData(closed, index).SetArgDisplayNames($"{type.Name}.{method}", method.GetParameters()[index].Name!);

    [OneTimeTearDown]
    public async Task DisposeAsync() => await Client.DisposeAsync();

    [TestCaseSource(nameof(Arguments))]
    public void Call_ArgumentLeftOut_SaysWhich(MethodInfo method, int index)
    {
        var parameters = method.GetParameters();
        object?[] arguments = [.. parameters.Select((parameter, i) => i == index ? null : Sample(parameter))];

        Assert.That(
            async () => await CallAsync(method, arguments),
            Throws.InstanceOf<ArgumentNullException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(parameters[index].Name));
    }

    [Test]
    public void Arguments_OfThePublicMethods_AreFound() => Assert.That(Arguments.Count(), Is.GreaterThan(60));

    private static Type Closing(Type parameter) =>
        parameter.GetGenericParameterConstraints().Any(constraint => constraint.Name == typeof(IWampContract<>).Name) ? typeof(IShop) : (parameter.GenericParameterAttributes & GenericParameterAttributes.ReferenceTypeConstraint) != 0 ? typeof(object) : typeof(int);

    private static bool MustBeThere(ParameterInfo parameter) =>
        !parameter.HasDefaultValue
        && (parameter.ParameterType.IsGenericParameter
            ? (parameter.ParameterType.GenericParameterAttributes & GenericParameterAttributes.ReferenceTypeConstraint) != 0
            : !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull);

    private static object? Sample(ParameterInfo parameter) =>
        parameter.HasDefaultValue ? (parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType) : null)
        : Samples.TryGetValue(parameter.ParameterType, out var sample) ? sample
        : parameter.ParameterType.IsSubclassOf(typeof(Delegate)) ? Idle(parameter.ParameterType)
        : parameter.ParameterType.IsValueType ? Activator.CreateInstance(parameter.ParameterType)
        : throw new AssertionException($"no sample of {parameter.ParameterType}");

    /// <summary>A delegate that does nothing.</summary>
    private static Delegate Idle(Type type)
    {
        var invoke = type.GetMethod("Invoke")!;
        return Expression.Lambda(type, Expression.Default(invoke.ReturnType), invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))).Compile();
    }

    private static async Task CallAsync(MethodInfo method, object?[] arguments)
    {
        object? result;
        try
        {
            result = method.Invoke(method.IsStatic ? null : Samples[method.DeclaringType!], arguments);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }

        switch (result)
        {
            case Task task:
                await task.Soon();
                break;
            case ValueTask task:
                await task.Soon();
                break;
            case ValueTask<IWampConnection> task:
                await task.Soon();
                break;
        }
    }
}
