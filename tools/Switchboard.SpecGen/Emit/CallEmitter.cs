using System.Text.RegularExpressions;
using Switchboard.SpecGen.Model;
using Switchboard.SpecGen.Passes;

namespace Switchboard.SpecGen.Emit;

/// <summary>The methods of an operation: with its types and with the caller's own, its answer as a whole, as a stream, as all pages.</summary>
internal sealed partial class CallEmitter(CodeWriter code, ResourceModel resource, CallModel call, ClientDocumentation documentation)
{
    private static readonly Argument s_requestType = new("JsonTypeInfo<TRequest>", "requestType", "How your request is written.");
    private static readonly Argument s_responseType = new("JsonTypeInfo<TResponse>", "responseType", "How your answer is read.");
    private static readonly Argument s_eventType = new("JsonTypeInfo<TEvent>", "eventType", "How your event is read.");

    private static readonly Argument[] s_last =
    [
        new("CallOptions?", "options", "What this call does otherwise than the client.", "null"),
        new("CancellationToken", "cancellationToken", "Ends the call.", "default"),
    ];

    private readonly OperationModel _operation = call.Operation;
    private readonly string _summary = documentation.Of(resource, call);

    /// <summary>An argument of a method; one with a default may be left out.</summary>
    private sealed record Argument(string Type, string Name, string Text, string? Default = null)
    {
        public string Declaration => $"{Type} {Name}{(Default is null ? "" : $" = {Default}")}";
    }

    /// <summary>What a method sends.</summary>
    private sealed record Body(string Type, string Expression)
    {
        public bool IsOptional { get; init; }

        public bool IsOwn { get; init; }

        public bool IsValue { get; init; }

        public string? Model { get; init; }
    }

    public void Emit()
    {
        var bodies = Bodies().ToList();
        Body?[] none = [null];
        IReadOnlyList<Body?> typed = bodies.Count > 0 ? bodies : none;
        IEnumerable<Body?> own = (_operation.Request is null ? none[..0] : [new Body("TRequest", "JsonBody.Of(request, requestType)") { IsOwn = true }])
            .Concat(_operation.Form is null ? none[..(_operation.Request is null ? 1 : 0)] : [bodies[^1]]);
        foreach (var body in typed)
        {
            Send(body, isOwn: false);
        }

        if (_operation.Pagination != Pagination.None)
        {
            All();
        }

        foreach (var body in own.Where(body => body is { IsOwn: true } || AnswersJson))
        {
            Send(body, isOwn: true);
        }

        if (_operation.StreamEvent is null)
        {
            return;
        }

        foreach (var body in typed)
        {
            Stream(body, isOwn: false);
        }

        foreach (var body in own)
        {
            Stream(body, isOwn: true);
        }
    }

    private bool AnswersJson => !_operation.AnswersContent && _operation.Response is not null;

    /// <summary>The request may ask for text in place of JSON.</summary>
    private bool MayAnswerText =>
        _operation.Form?.Type is DeclaredType { Declaration: ObjectDeclaration form }
        && form.Find("response_format") is { Type: DeclaredType { Declaration: EnumDeclaration formats } } && formats.Values.Contains("text");

    /// <summary>The operation's own bodies, the form last.</summary>
    private IEnumerable<Body> Bodies()
    {
        if (_operation.Request is { } json && !call.HasOneBodyType)
        {
            yield return Json(json);
        }

        if (_operation.Form is { } form)
        {
            yield return new Body(TypeNames.Of(form.Type), call.HasOneBodyType ? JsonOrForm(form) : "FormBody.Of(request)") { Model = Model(form.Type) };
        }
    }

    private Body Json(TypeUse use)
    {
        var type = TypeNames.Of(use.Type);
        var isOptional = _operation.Operation.IsBodyOptional && _operation.Form is null
            && use.Type is DeclaredType { Declaration: ObjectDeclaration made } && made.Members.TrueForAll(member => !member.Required || member.Constant is not null);
        var value = isOptional ? "request ?? new()" : "request";
        value = _operation.Preparation is { } preparation ? $"{preparation}({value})" : value;
        return new Body(type, type == TypeNames.Codec(use.Type) ? $"JsonBody.Of({value})" : $"JsonBody.Of<{type}, {TypeNames.Codec(use.Type)}>({value})")
        {
            IsOptional = isOptional,
            IsValue = TypeNames.IsValue(use.Type),
            Model = Model(use.Type) is { } model && isOptional ? model.Replace("request.", "request?.", StringComparison.Ordinal) : Model(use.Type),
        };
    }

    /// <summary>Where one type is both, a form is sent for a file, and JSON otherwise.</summary>
    private static string JsonOrForm(TypeUse use)
    {
        var file = ((ObjectDeclaration)((DeclaredType)use.Type).Declaration).Members.Find(member => FormEmitter.HoldsFile(member.Type));
        return file switch
        {
            null => "JsonBody.Of(request)",
            { Required: true } => "FormBody.Of(request)",
            _ => $"request.{file.Name} is null ? JsonBody.Of(request) : FormBody.Of(request)",
        };
    }

    private static string? Model(TypeReference type) =>
        type is DeclaredType { Declaration: ObjectDeclaration made } && made.Find("model") is { Type: PrimitiveType { Kind: Primitive.String }, Constant: null } model ? $"request.{model.Name}" : null;

    private void Send(Body? body, bool isOwn)
    {
        var (result, reader) = this switch
        {
            { _operation.AnswersContent: true } => ("Task<ApiContent>", null),
            { AnswersJson: false } => ("Task<ApiResult>", null),
            _ when isOwn => ("Task<ApiResult<TResponse>>", "new JsonPayload<TResponse>(responseType)"),
            _ => ($"Task<ApiResult<{TypeNames.Of(_operation.Response!.Type)}>>", (string?)Reader(_operation.Response.Type)),
        };
        reader = reader is not null && MayAnswerText ? $"new TextPayload<{(isOwn ? "TResponse" : TypeNames.Of(_operation.Response!.Type))}>({reader})" : reader;
        var send = _operation.AnswersContent ? "SendForContentAsync" : "SendAsync";
        Method(result, call.Name, body, isOwn && AnswersJson ? s_responseType : null, send, reader, isStream: false);
    }

    private void Stream(Body? body, bool isOwn)
    {
        var type = _operation.StreamEvent!.Type;
        var (result, reader) = isOwn ? ("TEvent", "new JsonPayload<TEvent>(eventType)") : (TypeNames.Of(type), Reader(type));
        reader = IsNamed(type) ? $"new NamedEventPayload<{result}>({reader})" : reader;
        Method($"ApiStream<{result}>", call.StreamName, body, isOwn ? s_eventType : null, "Stream", reader, isStream: true);
    }

    /// <summary>An event whose kind is not in its data but beside it: the event's name.</summary>
    private static bool IsNamed(TypeReference type) =>
        type is DeclaredType { Declaration: UnionDeclaration union } && union.Objects.Count > 0 && union.Objects.All(one => one.Find("event")?.Constant is not null && one.Find("data") is not null);

    private void Method(string result, string name, Body? body, Argument? answerType, string send, string? reader, bool isStream)
    {
        Argument[] types = [.. body is { IsOwn: true } ? new[] { s_requestType } : [], .. answerType is null ? Array.Empty<Argument>() : [answerType]];
        var hasOptionalBody = body is { IsOptional: true };
        List<Argument> arguments = [.. Ids()];
        if (body is not null && !hasOptionalBody)
        {
            arguments.Add(new Argument(body.Type, "request", "The request."));
        }

        arguments.AddRange([.. Query(required: true), .. types]);
        if (hasOptionalBody)
        {
            arguments.Add(new Argument(body!.Type + "?", "request", "The request; null for one that says nothing.", "null"));
        }

        arguments.AddRange([.. Query(required: false), .. s_last]);
        var generics = string.Join(", ", types.Select(type => Generic().Match(type.Type).Groups[1].Value));
        Head(isStream ? " The answer is a stream of events." : "", generics.Length > 0, arguments);
        var head = $"public {result} {name}Async{(generics.Length > 0 ? $"<{generics}>" : "")}({string.Join(", ", arguments.Select(argument => argument.Declaration))})";
        var request = Request(body, isStream);
        Write(head, $"_transport.{send}({request}, {(reader is null ? "" : reader + ", ")}cancellationToken)", [.. Checked(body)]);
        code.Blank();
    }

    private string Request(Body? body, bool isStream)
    {
        var operation = _operation.Operation;
        var isBeta = operation.Path.Contains('?', StringComparison.Ordinal);
        var query = call.QueryName is null ? null : "query";
        query = isStream && operation.Method == "GET" ? $"new FlaggedQuery(\"stream\", {query ?? "null"})" : query;
        query = isBeta ? $"new FlaggedQuery(\"beta\", {query ?? "null"})" : query;
        string?[] settings =
        [
            body is null ? null : $"Body = {body.Expression}",
            query is null ? null : $"Query = QueryString.Of({query})",
            body?.Model is { } model ? $"Model = {model}" : null,
        ];
        var set = string.Join(", ", settings.OfType<string>());
        return $"new ApiRequest(OpenAIOperations.{OperationsEmitter.Name(operation.Id)}, {Path(operation.Path.Split('?')[0])}, options){(set.Length > 0 ? $" {{ {set} }}" : "")}";
    }

    private static string Path(string path) => path.Contains('{', StringComparison.Ordinal)
        ? $"ApiPath.Of($\"{PathParameter().Replace(path, match => $"{{{Local(match.Groups[1].Value)}:{Local(match.Groups[1].Value)}}}")}\")"
        : Literals.Text(path);

    private IEnumerable<Argument> Ids() =>
        _operation.Operation.Parameters.Where(parameter => parameter.InPath)
            .OrderBy(parameter => _operation.Operation.Path.IndexOf($"{{{parameter.Name}}}", StringComparison.Ordinal))
            .Select(parameter => new Argument("string", Local(parameter.Name), documentation.OfId(parameter.Name)));

    private IEnumerable<Argument> Query(bool required)
    {
        if (call.QueryName is { } name && required == NeedsQuery)
        {
            yield return required ? new Argument(name, "query", "The query parameters.") : new Argument(name + "?", "query", "The query parameters; null for none.", "null");
        }
    }

    private bool NeedsQuery => _operation.Query.Any(parameter => parameter.Parameter.Required);

    private IEnumerable<string> Checked(Body? body)
    {
        if (body is { IsOptional: false, IsValue: false })
        {
            yield return "request";
        }

        if (NeedsQuery)
        {
            yield return "query";
        }
    }

    /// <summary>A list's items over all its pages.</summary>
    private void All()
    {
        var page = (ObjectDeclaration)((DeclaredType)_operation.Response!.Type).Declaration;
        var item = (ListType)page.Find("data")!.Type;
        var types = $"{TypeNames.Of(item.Item)}, {page.Name}";
        List<Argument> arguments = [.. Ids(), .. Query(required: true), .. Query(required: false), .. s_last];
        Head(" Every item of every page, asked for as they are read.", hasOwnTypes: false, arguments);
        var first = string.Concat(Ids().Select(id => id.Name + ", "));
        var next = _operation.Pagination == Pagination.NextPage ? "Page" : "After";
        Write(
            $"public PagedItems<{types}> {call.AllName}Async({string.Join(", ", arguments.Select(argument => argument.Declaration))})",
            $"new(\n    (after, token) => {call.Name}Async({first}after is null ? query : {(NeedsQuery ? "query" : "(query ?? new())")} with {{ {next} = after }}, options, token),\n    page => page.Data{(page.Find("data") is { Required: true, Nullable: false } ? "" : " ?? []")},\n    page => page is {{ {More(page)}{Cursor(page)} }} ? cursor : null,\n    cancellationToken)",
            NeedsQuery ? ["query"] : []);
        code.Blank();
    }

    private static string More(ObjectDeclaration page) => page.Find("has_more") is null ? "" : "HasMore: true, ";

    /// <summary>Where the next page starts; a page that says there are more and has no item or no cursor is the last, or the list would never end.</summary>
    private string Cursor(ObjectDeclaration page) => _operation.Pagination switch
    {
        Pagination.LastId => "Data.Count: > 0, LastId: { Length: > 0 } cursor",
        Pagination.LastItem => "Data: [.., { Id: { Length: > 0 } cursor }]",
        Pagination.Next => "Data.Count: > 0, Next: { Length: > 0 } cursor",
        Pagination.NextPage => "Data.Count: > 0, NextPage: { Length: > 0 } cursor",
        _ => throw new InvalidOperationException(page.Name),
    };

    private void Head(string furthermore, bool hasOwnTypes, IEnumerable<Argument> arguments)
    {
        code.Summary(_summary + furthermore + (hasOwnTypes ? " With types of your own." : ""));
        foreach (var argument in arguments)
        {
            code.Line($"/// <param name=\"{argument.Name}\">{argument.Text}</param>");
        }
    }

    private void Write(string head, string expression, IReadOnlyList<string> notNull)
    {
        if (notNull.Count == 0)
        {
            code.Line($"{head} =>\n    {expression.Replace("\n", "\n    ", StringComparison.Ordinal)};");
            return;
        }

        code.Open(head);
        foreach (var name in notNull)
        {
            code.Line($"ArgumentNullException.ThrowIfNull({name});");
        }

        code.Line($"return {expression};");
        code.Close();
    }

    private static string Reader(TypeReference type) =>
        TypeNames.Of(type) is var name && name == TypeNames.Codec(type) ? $"WirePayload<{name}>.Instance" : $"WirePayload<{name}, {TypeNames.Codec(type)}>.Instance";

    private static string Local(string parameter) => Words.Pascal(parameter) is var name ? char.ToLowerInvariant(name[0]) + name[1..] : name;

    [GeneratedRegex("<(.+)>")]
    private static partial Regex Generic();

    [GeneratedRegex(@"\{([^}]+)\}")]
    private static partial Regex PathParameter();
}
