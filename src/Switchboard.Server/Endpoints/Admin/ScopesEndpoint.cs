using Microsoft.AspNetCore.Http;
using Switchboard.Gateway.Access;
using Switchboard.Gateway.Pipeline;
using Switchboard.Gateway.State;
using Switchboard.Server.Access;

namespace Switchboard.Server.Endpoints.Admin;

/// <summary><c>/admin/teams</c>, <c>/admin/projects</c>, <c>/admin/keys</c>: list, make, get, change, delete. What was changed holds here when the answer comes.</summary>
internal sealed class ScopesEndpoint<T>(IAccessRecords records, AccessFeed feed, TimeProvider time)
    where T : AccessScope
{
    private static readonly string s_word = ScopeJson.WordOf<T>();

    /// <summary>Lists a page of them.</summary>
    /// <param name="parent">The parameter that says which they are in; null where they are in none.</param>
    public ApiHandler List(string? parent) => async (context, cancellationToken) =>
    {
        if (PagedList.Read(context.Request, new RecordsQuery(), out var query, others: parent is null ? [] : [parent]) is { } error)
        {
            return error;
        }

        var page = await records.ListAsync<T>(query, parent is null ? null : PagedList.One(context.Request, parent), cancellationToken);
        await PagedList.WriteAsync(context, page, scope => scope.Id, AccessJson.WriteTo, tellsFirst: false, cancellationToken);
        return null;
    };

    /// <summary>Makes a team or a project.</summary>
    public async ValueTask<GatewayError?> CreateAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var id = RecordIds.New(s_word, time);
        return await CreateAsync(context, (AccessScope)(typeof(T) == typeof(Team) ? new Team { Id = id, Name = "" } : new Project { Id = id, Name = "" }) as T, null, cancellationToken);
    }

    /// <summary>Makes one of a blank one.</summary>
    /// <param name="context">The request.</param>
    /// <param name="blank">It without what the body says.</param>
    /// <param name="text">The key, which is shown this once; null where it has none.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async ValueTask<GatewayError?> CreateAsync(HttpContext context, T? blank, KeyText? text, CancellationToken cancellationToken)
    {
        var (body, error) = await AdminBody.ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return error;
        }

        var scope = ScopeJson.Read<T>(body)(blank!);
        if (scope.Name.Length == 0)
        {
            body.Refuse("name", "given");
        }

        if (body.Error is { } fault)
        {
            return fault;
        }

        if (await records.AddAsync(scope, AdminRequest.Note(context, $"{s_word}.create"), cancellationToken) is not { } added)
        {
            return AdminErrors.NoParent(ScopeJson.ParentOf<T>());
        }

        return await AnswerAsync(context, added, text, cancellationToken);
    }

    /// <summary>Tells of one.</summary>
    public async ValueTask<GatewayError?> GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var id = AdminRequest.IdOf(context);
        if (await records.FindAsync<T>(id, cancellationToken) is not { } scope)
        {
            return AdminErrors.NotFound(s_word, id);
        }

        await WriteAsync(context, scope, null, cancellationToken);
        return null;
    }

    /// <summary>Changes the members that the body has.</summary>
    public async ValueTask<GatewayError?> ChangeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (body, error) = await AdminBody.ReadAsync(context, cancellationToken);
        if (body is null)
        {
            return error;
        }

        var change = ScopeJson.Read<T>(body);
        if (body.Error is { } fault)
        {
            return fault;
        }

        var id = AdminRequest.IdOf(context);
        if (await records.ChangeAsync(id, change, AdminRequest.Note(context, $"{s_word}.change"), cancellationToken) is { } changed)
        {
            return await AnswerAsync(context, changed, null, cancellationToken);
        }

        return await records.FindAsync<T>(id, cancellationToken) is null ? AdminErrors.NotFound(s_word, id) : AdminErrors.NoParent(ScopeJson.ParentOf<T>());
    }

    /// <summary>Deletes one, and what is in it.</summary>
    public async ValueTask<GatewayError?> DeleteAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var id = AdminRequest.IdOf(context);
        if (!await records.DeleteAsync<T>(id, AdminRequest.Note(context, $"{s_word}.delete"), cancellationToken))
        {
            return AdminErrors.NotFound(s_word, id);
        }

        await feed.TryRefreshAsync(cancellationToken);
        await JsonAnswer.WriteAsync(
            context,
            StatusCodes.Status200OK,
            json =>
            {
                json.WriteStartObject();
                json.WriteString("id"u8, id);
                json.WriteString("object"u8, $"{s_word}.deleted");
                json.WriteBoolean("deleted"u8, true);
                json.WriteEndObject();
            },
            cancellationToken);
        return null;
    }

    /// <summary>Answers with what was changed, once it holds here.</summary>
    public async ValueTask<GatewayError?> AnswerAsync(HttpContext context, T scope, KeyText? text, CancellationToken cancellationToken)
    {
        await feed.TryRefreshAsync(cancellationToken);
        await WriteAsync(context, scope, text, cancellationToken);
        return null;
    }

    private static Task WriteAsync(HttpContext context, T scope, KeyText? text, CancellationToken cancellationToken) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status200OK, json => AccessJson.WriteTo(json, scope, text), cancellationToken);
}
