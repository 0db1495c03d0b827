namespace WampRouter.Client.Generators;

/// <summary>Writes the class that calls and publishes. Its methods are explicit, so that no name of the interface meets one of its own.</summary>
internal static class ProxyWriter
{
    public static void Write(CodeWriter code, ContractModel contract, CancellationToken cancellationToken)
    {
        code.Open($"public sealed class {ContractWriter.ProxyName} : {contract.FullName}");
        code.Line($"private readonly {Code.Client}IWampClient _client;");
        for (var number = 0; number < contract.Methods.Count; number++)
        {
            code.Line($"private readonly {OptionsType(contract.Methods[number])} _options{number};");
        }

        code.Line();
        code.Open($"public {ContractWriter.ProxyName}({Code.Client}IWampClient client, {Code.Client}WampCallOptions callOptions, {Code.Client}WampPublishOptions publishOptions)");
        code.Line("_client = client;");
        for (var number = 0; number < contract.Methods.Count; number++)
        {
            var link = contract.Methods[number].Link;
            var changes = link.UseOptions.Count > 0 ? $" with {{ {string.Join(", ", link.UseOptions)} }}" : string.Empty;
            code.Line($"_options{number} = {(link.IsTopic ? "publishOptions" : "callOptions")}{changes};");
        }

        code.Close();
        for (var number = 0; number < contract.Methods.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            code.Line();
            WriteMethod(code, contract.Methods[number], number);
        }

        code.Close();
    }

    private static string OptionsType(MethodModel method) => Code.Client + (method.Link.IsTopic ? "WampPublishOptions" : "WampCallOptions");

    private static void WriteMethod(CodeWriter code, MethodModel method, int number)
    {
        var parameters = string.Join(", ", method.Parameters.Select(static parameter => $"{parameter.Type} {parameter.Name}"));
        var isAwaited = method.Returns is { Spread.Count: > 0, Shape: not ReturnShape.Stream } && !method.Link.IsPattern;
        code.Open($"{(isAwaited ? "async " : string.Empty)}{method.Returns.Type} {method.Owner}.{method.Name}({parameters})");
        if (method.Link.IsPattern)
        {
            var text = $"'{method.Link.Uri}' is a pattern: it can be {(method.Link.IsTopic ? "subscribed to" : "registered")}, and not be {(method.Link.IsTopic ? "published" : "called")}.";
            code.Line($"throw new global::System.NotSupportedException({Literal.Of(text)});");
        }
        else
        {
            var rest = $"{Literal.Of(method.Link.Uri)}, {WriteArguments(code, method)}, {Options(method, number)}, {method.First(ParameterRole.Cancellation)?.Name ?? "default"}";
            if (method.Link.IsTopic)
            {
                WritePublication(code, method, rest);
            }
            else
            {
                WriteCall(code, method, rest);
            }
        }

        code.Close();
    }

    private static string Options(MethodModel method, int number) => $"{(method.First(ParameterRole.Options) is { } options ? options.Name + " ?? " : string.Empty)}this._options{number}";

    /// <summary>A name for a variable that no parameter has.</summary>
    private static string LocalName(MethodModel method, string name) => method.Parameters.Any(parameter => parameter.Name == name) ? LocalName(method, name + "_") : name;

    /// <summary>Writes how the payload is made, and returns it.</summary>
    private static string WriteArguments(CodeWriter code, MethodModel method)
    {
        if (method.First(ParameterRole.Pieces) is { } pieces)
        {
            return $"{Code.Select}({pieces.Name}, static piece => {Code.Payload(["piece"])})";
        }

        var arguments = method.Parameters.Where(static parameter => parameter.Role <= ParameterRole.Named).ToList();
        if (arguments.Count == 0)
        {
            return $"default({Code.Client}WampPayload)";
        }

        var payload = LocalName(method, "arguments");
        code.Line($"var {payload} = new {Code.Client}WampPayload();");
        var positional = arguments.Where(static argument => argument.Role == ParameterRole.Positional).ToList();
        for (var i = 0; i < positional.Count; i++)
        {
            // An argument that is left out can only be the last: it is sent as null where one behind it is there.
            var canBeAbsent = positional.Skip(i).All(static argument => argument.IsAbsentIfNull);
            var condition = canBeAbsent ? $"if ({string.Join(" || ", positional.Skip(i).Select(static argument => argument.Name + " is not null"))}) " : string.Empty;
            code.Line($"{condition}{payload}.Add((object?){positional[i].Name});");
        }

        foreach (var named in arguments.Where(static argument => argument.Role == ParameterRole.Named))
        {
            var condition = named.IsAbsentIfNull ? $"if ({named.Name} is not null) " : string.Empty;
            code.Line($"{condition}{payload}.Add({Literal.Of(named.WireName)}, (object?){named.Name});");
        }

        return payload;
    }

    private static void WritePublication(CodeWriter code, MethodModel method, string arguments)
    {
        var isTask = method.Returns.Shape == ReturnShape.Task;
        code.Line(
            method.Link.Acknowledge ? $"return {(isTask ? string.Empty : $"new {Code.Tasks}ValueTask")}(this._client.PublishAcknowledgedAsync({arguments}));"
            : $"return this._client.PublishAsync({arguments}){(isTask ? ".AsTask()" : string.Empty)};");
    }

    private static void WriteCall(CodeWriter code, MethodModel method, string arguments)
    {
        var returns = method.Returns;
        if (returns is { Shape: ReturnShape.Stream })
        {
            WriteStream(code, returns, arguments);
            return;
        }

        if (returns.Spread.Count > 0)
        {
            var result = LocalName(method, "result");
            code.Line($"var {result} = await this._client.CallAsync({arguments}).ConfigureAwait(false);");
            code.Line($"return {Tuple(result, returns)};");
            return;
        }

        var call = returns.Result.Length == 0 || returns.IsArguments ? $"this._client.CallAsync({arguments})" : $"{Code.Client}WampTypedCalls.CallAsync<{returns.Result}>(this._client, {arguments})";
        code.Line(returns.Shape switch
        {
            ReturnShape.ValueTask => $"return new {Code.Tasks}ValueTask({call});",
            ReturnShape.ValueTaskOfResult => $"return new {Code.Tasks}ValueTask<{returns.Result}>({call});",
            _ => $"return {call};",
        });
    }

    private static void WriteStream(CodeWriter code, ReturnModel returns, string arguments)
    {
        var all = $"this._client.CallProgressivelyAsync({arguments})";
        code.Line(
            returns.IsArguments ? $"return {all};"
            : returns.Spread.Count > 0
                ? $"return {Code.Select}(global::System.Linq.AsyncEnumerable.Where({all}, static result => result.Count > 0), static result => {Tuple("result", returns)});"
            : $"return {Code.Client}WampTypedCalls.CallProgressivelyAsync<{returns.Result}>(this._client, {arguments});");
    }

    private static string Tuple(string arguments, ReturnModel returns) => $"({string.Join(", ", returns.Spread.Select((type, index) => $"{arguments}.Get<{type}>({index})"))})";
}
