import type { AnswerValue, RankedItem } from '../../dataset/record.js';
import { decide, mostFrequent, optionOrder, type Answers, type Setting, type Strategy, type Unified } from '../strategy.js';
import { rankingKey } from './ranks.js';

export const majority: Strategy = {
  name: 'majority',
  questions: ['label', 'multi_label', 'rating', 'ranking'],
  doc:
    'The most frequent answer; equally frequent ones by the tie rule. Multi-label: the labels that more than half of ' +
    'the answers have, else the most chosen one. Rankings are equal when every option has the same rank.',
  unifier: (setting) => {
    switch (setting.question.type) {
      case 'multi_label':
        return multiLabel(setting);
      case 'ranking':
        return ranking(setting);
      default:
        return single(setting);
    }
  },
};

function single(setting: Setting): (answers: Answers) => Unified {
  const order = optionOrder(setting.question);
  return ({ record, values }) => {
    const frequent = mostFrequent(values as readonly (string | number)[]);
    return frequent.length === 1 ? frequent[0]! : decide([...frequent].sort(order), setting, record);
  };
}

function multiLabel(setting: Setting): (answers: Answers) => Unified {
  const order = optionOrder(setting.question);
  return ({ record, values }) => {
    const labels = (values as readonly (readonly string[])[]).flatMap((labels) => [...new Set(labels)]);
    if (labels.length === 0) return [];
    const counts = new Map<string, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    const chosen = [...counts.keys()].filter((label) => counts.get(label)! > values.length / 2);
    if (chosen.length > 0) return chosen;
    const one = decide([...mostFrequent(labels)].sort(order), setting, record);
    return typeof one === 'string' ? [one] : one;
  };
}

function ranking(setting: Setting): (answers: Answers) => Unified {
  return ({ record, values }) => {
    const byKey = new Map<string, AnswerValue>();
    const keys = (values as readonly (readonly RankedItem[])[]).map((items) => {
      const key = rankingKey(items);
      if (!byKey.has(key)) byKey.set(key, items);
      return key;
    });
    return decide(
      mostFrequent(keys).map((key) => byKey.get(key)!),
      setting,
      record,
    );
  };
}
