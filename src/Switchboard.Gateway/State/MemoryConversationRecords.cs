using Switchboard.Gateway.Conversations;

namespace Switchboard.Gateway.State;

/// <summary>Keeps conversations in the memory of this process, for a gateway without a database.</summary>
public sealed class MemoryConversationRecords : IConversationRecords
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Tenant, string Id), ConversationHistory> _kept = [];
    private readonly TimeProvider _time;

    /// <summary>An empty place.</summary>
    public MemoryConversationRecords(TimeProvider time) => _time = time;

    /// <inheritdoc/>
    public Task<bool> CreateAsync(Conversation conversation, ConversationTurn? turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(conversation);
        lock (_lock)
        {
            var isNew = _kept.TryAdd((conversation.Tenant, conversation.Id), new ConversationHistory(conversation, []));
            if (isNew && turn is not null)
            {
                Add(turn, conversation.UpdatedAt);
            }

            return Task.FromResult(isNew);
        }
    }

    /// <inheritdoc/>
    public Task<bool> AddAsync(ConversationTurn turn, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(turn);
        lock (_lock)
        {
            var isFit = Find(turn.Tenant, turn.Id) is { Conversation.Turns: var turns } && (turn.After ?? turns) == turns;
            if (isFit)
            {
                Add(turn, _time.GetUtcNow());
            }

            return Task.FromResult(isFit);
        }
    }

    /// <inheritdoc/>
    public Task<ConversationHistory?> ReadAsync(string tenant, string id, int turns, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Find(tenant, id) is { } found
                ? found with { Items = [.. found.Items.Where(item => item.Turn > found.Conversation.Turns - turns)] }
                : null);
        }
    }

    /// <inheritdoc/>
    public Task<ConversationItem?> FindItemAsync(string tenant, string id, string item, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(Find(tenant, id)?.Items.FirstOrDefault(one => one.Id == item));
        }
    }

    /// <inheritdoc/>
    public Task<RecordsPage<Conversation>?> ListAsync(string tenant, RecordsQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (_lock)
        {
            return Task.FromResult(Page(
                _kept.Values.Select(one => one.Conversation).Where(one => one.Tenant == tenant).OrderBy(one => one.CreatedAt).ThenBy(one => one.Id, StringComparer.Ordinal), one => one.Id, query));
        }
    }

    /// <inheritdoc/>
    public Task<RecordsPage<ConversationItem>?> ListItemsAsync(string tenant, string id, RecordsQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        lock (_lock)
        {
            return Task.FromResult(Find(tenant, id) is { } found ? Page(found.Items, item => item.Id, query) : null);
        }
    }

    /// <inheritdoc/>
    public Task<Conversation?> ChangeAsync(string tenant, string id, Func<Conversation, Conversation> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_lock)
        {
            if (Find(tenant, id) is not { Conversation: var conversation } found)
            {
                return Task.FromResult<Conversation?>(null);
            }

            var changed = change(conversation);
            conversation = conversation with { Title = changed.Title, Model = changed.Model, SystemPrompt = changed.SystemPrompt, Metadata = changed.Metadata, UpdatedAt = _time.GetUtcNow() };
            _kept[(tenant, id)] = found with { Conversation = conversation };
            return Task.FromResult<Conversation?>(conversation);
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string tenant, string id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult(_kept.Remove((tenant, id)));
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteItemAsync(string tenant, string id, string item, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (Find(tenant, id) is not { } found || found.Items.All(one => one.Id != item))
            {
                return Task.FromResult(false);
            }

            _kept[(tenant, id)] = found with { Items = [.. found.Items.Where(one => one.Id != item)] };
            return Task.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public Task<int> ExpireAsync(DateTimeOffset? before, long most, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var byUse = _kept.OrderByDescending(one => one.Value.Conversation.UpdatedAt).Select((one, index) => (one.Key, one.Value.Conversation.UpdatedAt, Index: index));
            (string, string)[] old = [.. byUse.Where(one => one.UpdatedAt < before || one.Index >= most).Select(one => one.Key)];
            foreach (var key in old)
            {
                _kept.Remove(key);
            }

            return Task.FromResult(old.Length);
        }
    }

    private static RecordsPage<T>? Page<T>(IEnumerable<T> all, Func<T, string> id, RecordsQuery query)
    {
        List<T> ordered = [.. query.NewestFirst ? all.Reverse() : all];
        var start = query.After is null ? 0 : ordered.FindIndex(one => id(one) == query.After) + 1;
        if (query.After is not null && start == 0)
        {
            return null;
        }

        List<T> page = [.. ordered.Skip(start).Take(query.Limit)];
        return new RecordsPage<T>(page, start + page.Count < ordered.Count);
    }

    private ConversationHistory? Find(string tenant, string id) => _kept.GetValueOrDefault((tenant, id));

    private void Add(ConversationTurn turn, DateTimeOffset now)
    {
        var (conversation, items) = _kept[(turn.Tenant, turn.Id)];
        var number = conversation.Turns + 1;
        conversation = conversation with
        {
            Turns = number,
            Tokens = conversation.Tokens + turn.Tokens,
            Cost = conversation.Cost + turn.Cost,
            Model = turn.Model ?? conversation.Model,
            SystemPrompt = turn.SystemPrompt ?? conversation.SystemPrompt,
            UpdatedAt = now,
        };
        _kept[(turn.Tenant, turn.Id)] = new ConversationHistory(conversation, [.. items, .. turn.Items.Select(item => item with { Turn = number, CreatedAt = _time.GetUtcNow() })]);
    }
}
