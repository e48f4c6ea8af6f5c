export {
  agreement,
  type Agreement,
  type AgreementOptions,
  type AnnotatorAgreement,
  type ContestedRecord,
  type PairAgreement,
} from './agreement.js';
export type { Measured } from './alpha.js';
export type { Interval } from './bootstrap.js';
export type { LabelAgreement } from './labels.js';
export type { DistanceName } from './distance.js';
