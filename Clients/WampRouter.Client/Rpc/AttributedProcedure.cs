using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace WampRouter.Client.Rpc;

/// <summary>A method marked with <see cref="WampProcedureAttribute"/>, called by reflection.</summary>
[RequiresUnreferencedCode(Reason)]
[RequiresDynamicCode(Reason)]
internal sealed class AttributedProcedure
{
    public const string Reason = "Attributed services call their methods by reflection; register delegates in a trimmed or ahead-of-time compiled application.";

    private readonly MethodInfo _method;
    private readonly ParameterInfo[] _parameters;
    private readonly bool _takesAll;        // a parameter has the whole call, so the method looks at the rest there
    private readonly string[] _names;
    private readonly PropertyInfo? _result;
    private readonly MethodInfo? _asTask;

    private AttributedProcedure(MethodInfo method, WampProcedureAttribute attribute)
    {
        (_method, _parameters, Attribute) = (method, method.GetParameters(), attribute);
        _takesAll = _parameters.Any(parameter => parameter.ParameterType == typeof(WampInvocation) || parameter.ParameterType == typeof(WampArguments));
        _names = [.. _parameters.Select(parameter => parameter.Name ?? string.Empty)];
        var returned = method.ReturnType;
        if (returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(ValueTask<>))
        {
            _asTask = returned.GetMethod(nameof(ValueTask<>.AsTask));
            returned = _asTask!.ReturnType;
        }

        _result = returned.IsGenericType && returned.GetGenericTypeDefinition() == typeof(Task<>) ? returned.GetProperty(nameof(Task<>.Result)) : null;
    }

    public WampProcedureAttribute Attribute { get; }

    public static IReadOnlyList<AttributedProcedure> Of([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicMethods)] Type type)
    {
        AttributedProcedure[] procedures =
        [
            .. from method in type.GetMethods(BindingFlags.Instance | BindingFlags.Public)
               let attribute = method.GetCustomAttribute<WampProcedureAttribute>()
               where attribute is not null
               select new AttributedProcedure(method, attribute),
        ];
        return procedures.Length > 0
            ? procedures
            : throw new ArgumentException($"{type.Name} has no public method with [WampProcedure].", nameof(type));
    }

    public async Task<WampPayload?> InvokeAsync(object service, WampInvocation invocation)
    {
        var returned = _method.Invoke(service, BindingFlags.DoNotWrapExceptions, null, Bind(invocation), null);
        if (_asTask is not null)
        {
            returned = _asTask.Invoke(returned, null);
        }

        switch (returned)
        {
            case Task task:
                await task.ConfigureAwait(false);
                return _result is null ? null : Payload(_result.GetValue(task));
            case ValueTask task:
                await task.ConfigureAwait(false);
                return null;
            default:
                return _method.ReturnType == typeof(void) ? null : Payload(returned);
        }
    }

    private WampPayload? Payload(object? result)
    {
        if (!Attribute.SpreadResult || result is not ITuple tuple)
        {
            return ArgumentCursor.Payload(result);
        }

        var items = new WampPayload();
        for (var i = 0; i < tuple.Length; i++)
        {
            items.Add(tuple[i]);
        }

        return items;
    }

    private object?[] Bind(WampInvocation invocation)
    {
        var values = new object?[_parameters.Length];
        var next = 0;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = _parameters[i];
            values[i] = parameter.ParameterType switch
            {
                var t when t == typeof(WampInvocation) => invocation,
                var t when t == typeof(WampArguments) => invocation.Arguments,
                var t when t == typeof(CancellationToken) => invocation.CancellationToken,
                var t => invocation.Arguments.Get(next++, parameter.Name ?? string.Empty, t, parameter.HasDefaultValue ? () => parameter.DefaultValue : null),
            };
        }

        if (invocation.RefusesExtraArguments && !_takesAll)
        {
            invocation.Arguments.ThrowIfMore(next, _names);
        }

        return values;
    }
}
