using Switchboard.Testing.Upstream;

namespace Switchboard.Testing.Misbehaviours;

/// <summary>Which misbehaviours the coming answers get: all that are still due, in the order they were asked for.</summary>
internal sealed class MisbehaviourPlan
{
    private readonly Lock _lock = new();
    private readonly List<(Misbehaviour Misbehaviour, int? Left)> _due = [];

    public void Add(Misbehaviour misbehaviour, int? times)
    {
        lock (_lock)
        {
            _due.Add((misbehaviour, times));
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _due.Clear();
        }
    }

    public UpstreamAnswer Apply(UpstreamAnswer answer)
    {
        lock (_lock)
        {
            answer = _due.Aggregate(answer, (changed, due) => due.Misbehaviour.Apply(changed));
            for (var i = 0; i < _due.Count; i++)
            {
                _due[i] = (_due[i].Misbehaviour, _due[i].Left - 1);
            }

            _due.RemoveAll(due => due.Left <= 0);
            return answer;
        }
    }
}
